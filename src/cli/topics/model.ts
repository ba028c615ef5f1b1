/** `epiloop help model` */
export const modelText = `\
A session runs on its agent's default model and on the profile that comes first
in the order, until somebody says otherwise in it:

  /model                          what it runs on
  /model status                   with profiles, endpoints and models
  /models                         the providers (also /model list)
  /models anthropic [2|all]       a provider's models, numbered, 20 on a page
  /model openai/gpt-5.2           this model
  /model opus                     by alias or part of the name; also /opus
  /model 3                        the third of the last list
  /model opus@anthropic:work      and this profile before the others

Outside of a chat, epiloop chat says it: --session names the session by its key
in agents/<id>/sessions/sessions.json, such as agent:main:main, or by the rest
of the key alone. Without a line those of standard input are answered; what is
no /model is left out and told. What is refused exits with 66 (no such profile
or provider), 64 (a profile of another provider, or without a model) or 1 (all
else).

Choosing a model without @ gives the profile free again; choosing the default
model resets the session to it. A pin goes, and it is told, when its profile is
gone, of another provider or no longer in the order of that agent. A profile
that the gateway picked by itself gives way while it rests and after a
compaction.

What is chosen stands in the store and, where the gateway knows the session, in
its sessions.json, written under the gateway's own lock. A session that it does
not know yet is known to the store only: say it again once the session has
begun. Which models there are comes from the config: agents.defaults.models,
the default and fallback models, and models.providers. Where
agents.defaults.models lists any, others are refused. See also models explain
--session.`;
