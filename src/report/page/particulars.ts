/** Delivery receipt, the bundle itself and the time per step, for when something must be verified. */
import { html, NOTHING, type Html, type Piece } from './html.js';
import type { ReportSubject } from './subject.js';
import { day, duration, size, time } from './words.js';

export function deliverySection({ delivery, timezone, connection }: ReportSubject): Html {
  if (delivery.state === 'none') {
    return html`<section aria-labelledby="delivery">
      <h2 id="delivery">Delivery</h2>
      <p>
        This connection has no delivery. Fetch the newest good bundle from
        <code>bundles/${connection.name}/latest.zip</code>.
      </p>
    </section>`;
  }
  if (delivery.state === 'not-sent') {
    return html`<section aria-labelledby="delivery">
      <h2 id="delivery">Delivery</h2>
      <p>This bundle was not sent.</p>
    </section>`;
  }
  const said = {
    delivered: 'Delivered, and confirmed by the receiver',
    failed: 'Failed',
    delivering: 'Not finished',
    unknown: 'Not confirmed: the next refresh checks whether it arrived',
  };
  return html`<section aria-labelledby="delivery">
    <h2 id="delivery">Delivery</h2>
    ${facts([
      ['Outcome', said[delivery.state]],
      ['Target', html`<code>${delivery.target}</code>`],
      ['When', time(delivery.at, timezone)],
      delivery.message !== undefined && ['Message', delivery.message],
      ...delivery.receipt.map(({ name, value }): Fact => [name, html`<bdi>${value}</bdi>`]),
    ])}
  </section>`;
}

export function particularsSection(subject: ReportSubject): Html {
  const { bundle, connection, startedAt, timezone, asOf, year, timings, program, reason, holds } = subject;
  return html`<section aria-labelledby="particulars">
    <h2 id="particulars">Particulars</h2>
    ${facts([
      ['Bundle', html`<code>${bundle.name}.zip</code>, ${size(bundle.bytes)}`],
      ['SHA-256', html`<code>${bundle.sha256}</code>`],
      ['Started', time(startedAt, timezone)],
      ['As of', day(asOf)],
      year !== undefined && ['School year', `${day(year.start)} to ${day(year.end)}`],
      [
        'Connection',
        `OneRoster ${connection.version}, ${connection.mode}, ids ${connection.ids}, profile ${connection.profile}`,
      ],
      reason !== undefined && holds.length === 0 && ['Released in advance', html`<bdi>${reason}</bdi>`],
      ['Program', `oneroster-export ${program}`],
      ['For support', withoutPersonalData(subject)],
    ])}
    ${
      timings.length > 0 &&
      html`<h3>Time per step</h3>
        ${facts(timings.map(({ step, seconds }): Fact => [step, duration(seconds)]))}`
    }
  </section>`;
}

/** The zip is beside the page. */
function withoutPersonalData({ bundle: { name }, connection, consoleUrl }: ReportSubject): Html {
  const command = html`<code>oneroster-export anonymize ${name}.zip</code> writes a version without personal
    data`;
  if (consoleUrl === undefined) return command;
  const address = new URL(`/connections/${connection.name}/nights/${name}/anonymize`, consoleUrl).href;
  return html`<a href="${address}">Download a version without personal data</a>, or: ${command}`;
}

type Fact = readonly [name: string, value: Piece];

function facts(all: readonly (Fact | false)[]): Html {
  return html`<dl class="facts">
    ${all.map((fact) =>
      fact === false
        ? NOTHING
        : html`<dt>${fact[0]}</dt>
            <dd>${fact[1]}</dd>`,
    )}
  </dl>`;
}
