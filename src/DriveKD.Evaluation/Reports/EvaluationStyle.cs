namespace DriveKD.Evaluation.Reports;

/// <summary>What an evaluation's page needs beside the rules that all pages share.</summary>
internal static class EvaluationStyle
{
    /// <summary>The rules.</summary>
    public const string Text = """
        td small,th small{display:block;color:var(--quiet);font-size:12px;font-weight:400}
        tr.published>*{color:var(--quiet);font-style:italic}td.best{font-weight:650}
        svg.plot{display:block;width:100%;max-width:1000px;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        .plot text.row{fill:var(--ink)}.plot .group{fill:var(--quiet);font-size:11px;letter-spacing:.04em}.whisker{stroke:var(--c);stroke-width:2;fill:none}.plot .clean{stroke:var(--c);stroke-width:1.2;stroke-dasharray:5 4;opacity:.75;fill:none}
        .strip{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:10px;margin:10px 0}.strip figure img,.shots img{display:block;width:100%;height:auto;border-radius:3px}.strip figure img{aspect-ratio:16/9;object-fit:contain;background:var(--box)}
        .example{border:1px solid var(--rule);border-radius:5px;padding:12px 14px;margin:0 0 16px;display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:8px 22px}
        .example>header{grid-column:1/-1;color:var(--quiet);font-size:13px}.example .kind{font-size:11px;letter-spacing:.06em;text-transform:uppercase;font-weight:650;color:var(--note);margin-right:8px}
        .shots{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:6px;align-content:start}.shots figcaption{font-size:12px;margin:1px 0 0}
        .asked{font-weight:600;overflow-wrap:anywhere}.answers{margin:0;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 14px}.answers dt{font-weight:600;max-width:16ch;overflow-wrap:anywhere}.answers dt small{display:block;color:var(--quiet);font-weight:400}
        .answers dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;max-height:15em;overflow-y:auto}.answers dd.error{color:var(--bad)}.answers .gold{color:var(--quiet)}
        .attention{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:10px}.attention img{width:100%;height:auto}
        @media (max-width:760px){.example{grid-template-columns:minmax(0,1fr)} }
        """;
}
