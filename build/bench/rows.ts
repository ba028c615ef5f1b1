/** One line of the bench's table. */
export interface Row {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  readonly peer: string;
  readonly met: boolean;
}

/** A row whose figure is a ratio, lower being better; `detail` stands behind it in brackets. */
export function ratioRow(
  { what, budget, peer }: { what: string; budget: number; peer: string },
  ratio: number,
  detail: string,
): Row {
  const measured = `${ratio.toFixed(2)} × (${detail})`;
  return { what, budget: `≤ ${budget} ×`, measured, peer, met: ratio <= budget };
}

/** A row whose figure is how many times quicker ours is. */
export function gainRow(
  { what, budget, peer }: { what: string; budget: number; peer: string },
  gain: number,
  detail: string,
): Row {
  const measured = `${gain.toFixed(1)} × (${detail})`;
  return { what, budget: `≥ ${budget} ×`, measured, peer, met: gain >= budget };
}

export function skippedRow(what: string, why: string): Row {
  return { what, budget: '', measured: `not measured here: ${why}`, peer: '', met: true };
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, budget, measured, peer, met }) => {
    const cells = [what, budget, met ? measured : `**missed** ${measured}`, peer];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| what | budget | measured | peer |', '|---|---|---|---|', ...lines, ''].join('\n');
}
