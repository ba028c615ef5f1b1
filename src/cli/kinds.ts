/** What a person is asked about a credential; the same words wherever it is asked. */
export const kindQuestion = 'what is it?';

export const kindLabels = {
  api_key: 'an API key',
  token: 'a token',
  setup_token: 'claude setup-token, for a token that lasts a year',
} as const;
