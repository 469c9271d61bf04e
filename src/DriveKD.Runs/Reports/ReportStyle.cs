using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>
/// The page's style sheet. Every colour is a custom property with a value for light and one for dark; the reader's system chooses. Fonts are
/// those of the reader's machine.
/// </summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public static string Text { get; } = $$"""
        :root{color-scheme:light dark;--page:{{Palette.LightBackground}};--ink:#1b1f24;--quiet:#59616c;--rule:#d9dde3;--box:#f5f6f8;--bad:#b3261e;--warn:#8a5a00;--note:#1f5f99;{{Variables(Palette.Light)}} }
        @media (prefers-color-scheme:dark){:root{--page:{{Palette.DarkBackground}};--ink:#e7eaee;--quiet:#a2abb7;--rule:#343a43;--box:#1d2128;--bad:#ff8a80;--warn:#f2c14e;--note:#7fbdf2;{{Variables(Palette.Dark)}} } }
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:1180px;margin:0 auto;padding:24px 20px 60px}
        h1{font-size:25px;line-height:1.25;margin:0 0 6px;overflow-wrap:anywhere}h2{font-size:19px;margin:34px 0 10px}h3{font-size:16px;margin:0 0 4px}h4{font-size:13px;margin:6px 0 0;font-weight:600}
        p{margin:0 0 10px}.lead{font-size:17px;max-width:80ch;overflow-wrap:anywhere}ol.lead{padding-left:24px;margin:0 0 10px;font-size:15px;max-width:115ch}ol.lead i{vertical-align:middle}.quiet,figcaption,.made{color:var(--quiet)}
        code,.path{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;font-size:.9em;overflow-wrap:anywhere}
        .notices{list-style:none;margin:14px 0;padding:0;display:grid;gap:8px}
        .notices li{background:var(--box);border-left:5px solid var(--level);padding:8px 12px;border-radius:3px;overflow-wrap:anywhere}
        .notices b{color:var(--level)}.notices .kind{font-size:11px;letter-spacing:.06em;text-transform:uppercase;color:var(--quiet);margin-right:6px}
        .failure{--level:var(--bad)}.warning{--level:var(--warn)}.note{--level:var(--note)}
        .columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:12px 36px;align-items:start}
        .scroll{overflow-x:auto;margin-bottom:14px}table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
        caption{text-align:left;font-weight:600;padding:4px 0}.columns table{width:100%}
        th,td{padding:4px 14px 4px 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}th{font-weight:500}thead:empty{display:none}thead th{color:var(--quiet);font-weight:500}
        th[scope=row]{white-space:nowrap}td.number,th.number{text-align:right;white-space:nowrap}tr.differs>th::after{content:" \2260";color:var(--warn)}td{overflow-wrap:anywhere}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:30px 28px}
        figure{margin:0;min-width:0;position:relative}figure.wide{grid-column:1/-1}figcaption{font-size:13px;line-height:1.45;margin-top:4px;max-width:92ch}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:6px 28px}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:2px 0;padding:0;font-size:13px;overflow-wrap:anywhere}.legend li{display:flex;align-items:center;gap:6px}
        i{display:inline-block;flex:none;width:18px;height:4px;border-radius:2px;background:var(--c)}
        svg.chart{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        .grid{stroke:var(--rule);stroke-width:1}.axis{stroke:var(--quiet);stroke-width:1}.tick,.unit{fill:var(--quiet)}.reference{stroke:var(--ink);stroke-width:1;stroke-dasharray:5 4}
        .interruption{stroke:var(--ink);stroke-width:1;stroke-dasharray:1 4}.end{fill:var(--c);font-weight:600}
        .line,.raw,.grid,.axis,.cross,.ring,.best,.reference,.interruption{fill:none}
        .line{stroke:var(--c);stroke-width:2;stroke-linejoin:round}.raw{stroke:var(--c);stroke-width:.8;opacity:.4}.many .raw{opacity:.22}.many .band{opacity:.09}.band{fill:var(--c);opacity:.16;stroke:none}
        .dot{fill:var(--c)}.cross{stroke:var(--c);stroke-width:1.6}.ring{stroke:var(--c);stroke-width:2}.best{stroke:var(--c);stroke-width:1.2;stroke-dasharray:2 3}
        {{string.Concat(Palette.Light.Select((_, i) => $".{Palette.ClassOf(i)}{{--c:var(--s{i})}}"))}}
        .readout{position:absolute;pointer-events:none;background:var(--box);border:1px solid var(--rule);border-radius:3px;padding:4px 8px;font-size:12px;line-height:1.5;white-space:nowrap;z-index:2;font-variant-numeric:tabular-nums}
        .cursor{stroke:var(--quiet);stroke-width:1}
        @media print{main{max-width:none;padding:0}figure{break-inside:avoid} }
        """;

    private static string Variables(IReadOnlyList<string> colors) => string.Concat(colors.Select((color, i) => $"--s{i}:{color};"));
}
