namespace DriveKD.Runs.Reports;

/// <summary>
/// Reads values out under the pointer. The page is complete without it: it only reads back the coordinates that are drawn, so that no number
/// stands in the page twice.
/// </summary>
internal static class ReportScript
{
    /// <summary>The script.</summary>
    public const string Text = """
        for (const svg of document.querySelectorAll('svg.chart')) {
          const root = svg.querySelector(':scope > title');
          svg.setAttribute('aria-label', root.textContent);
          svg.setAttribute('aria-describedby', svg.querySelector(':scope > desc').id);
          svg.removeAttribute('aria-labelledby');
          root.remove(); // Otherwise browsers show it over the read-out.
          const [x0, x1, xLow, xHigh] = svg.dataset.x.split(' ').map(Number);
          const [y0, y1, yLow, yHigh] = svg.dataset.y.split(' ').map(Number);
          const isLog = svg.dataset.scale === 'log', isPercent = svg.dataset.form === 'Percent';
          const valueAt = y => { const part = (y - y0) / (y1 - y0); return isLog ? yLow * Math.pow(yHigh / yLow, part) : yLow + part * (yHigh - yLow); };
          const say = v => { v = isPercent ? v * 100 : v; const a = Math.abs(v); return (a < (isLog ? 1e-300 : (yHigh - yLow) * 1e-4) ? '0' : a >= 1000 ? Math.round(v).toLocaleString('en') : a >= 0.01 ? v.toPrecision(3) : v.toExponential(2)) + (isPercent ? ' %' : ''); };
          const lines = [...svg.querySelectorAll('g[data-label]')].map(g => ({
            label: g.dataset.label, color: g.getAttribute('class'),
            points: g.querySelector('.line').getAttribute('d').match(/[-\d.]+ [-\d.]+/g).map(p => p.split(' ').map(Number))
          }));
          const figure = svg.closest('figure');
          let box, cursor;
          const leave = () => { box?.remove(); cursor?.remove(); box = cursor = undefined; };
          svg.addEventListener('pointerleave', leave);
          svg.addEventListener('pointermove', event => {
            const area = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / area.width;
            const x = (event.clientX - area.left) * scale;
            if (x < x0 - 4 || x > x1 + 4) { leave(); return; }
            if (!box) {
              box = figure.appendChild(document.createElement('div')); box.className = 'readout';
              cursor = svg.appendChild(document.createElementNS(svg.namespaceURI, 'path')); cursor.setAttribute('class', 'cursor');
            }
            const at = Math.min(Math.max(x, x0), x1);
            cursor.setAttribute('d', `M${at} ${y1}V${y0}`);
            box.textContent = 'step ' + Math.round(xLow + (at - x0) / (x1 - x0) * (xHigh - xLow)).toLocaleString('en');
            for (const line of lines) {
              const near = line.points.reduce((a, b) => Math.abs(b[0] - at) < Math.abs(a[0] - at) ? b : a);
              const row = box.appendChild(document.createElement('div'));
              row.className = line.color;
              row.appendChild(document.createElement('i'));
              row.append(` ${line.label}: ${say(valueAt(near[1]))}`);
            }
            const frame = figure.getBoundingClientRect(), left = event.clientX - frame.left;
            box.style.top = `${event.clientY - frame.top + 14}px`;
            box.style.left = `${Math.max(0, left + box.offsetWidth + 20 > frame.width ? left - box.offsetWidth - 12 : left + 14)}px`;
          });
        }
        """;
}
