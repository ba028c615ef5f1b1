/** `epiloop help air-gapped` */
export const airGappedText = `\
This executable is all there is: no Node, no package, no keyring. It needs glibc
2.34 or newer. No command opens a network connection but to log in, to refresh a
login that is used and for models status --probe, and none with --offline;
nothing is looked up, updated or reported. Expiry is judged by what is stored
and by the clock here.

Getting it there: copy the file, compare its sum, make it executable.
  sha256sum epiloop                     # on both machines
  install -m 755 epiloop /usr/local/bin/epiloop
  epiloop --version --json              # what it was built from

A token from another machine, one with a browser:
  claude setup-token                    # there; it prints a token
  epiloop models auth paste-token --provider anthropic --expires-in 365d
The second, on this host, asks for the token unseen. From a file you carried:
  epiloop models auth paste-token --provider anthropic --expires-in 365d \\
    --from-file /media/usb/token && shred -u /media/usb/token
Over ssh, so that it touches no disk on the way:
  pass show claude | ssh gateway epiloop models auth paste-token \\
    --provider anthropic --expires-in 365d

Copy no OAuth login. Its refresh token is good for one use, so the machine that
uses it second loses the login, and often the first one with it. Log in on the
host that is to have it, or use a token or an API key.

A model server of your own stands in models.providers of the config. A local one
that wants no key counts as satisfied; for any other, use paste-api-key.

Keep the clock right: more than five minutes behind what is stored, and --check
answers 78, could not tell. What the next month will bring:
  epiloop models status --check --warn-within 30d
  epiloop models status --check --at 2027-01-31T00:00:00Z

This help, help --man, completion and schema need nothing else either.`;
