namespace DriveKD.Analysis.AttentionPages;

/// <summary>What a page of maps needs beside the rules that all pages share.</summary>
internal static class AttentionStyle
{
    /// <summary>The rules, without those of the page's own pictures.</summary>
    public static string Text { get; } = $$"""
        .sequence{font-size:16px;line-height:1.75;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--rule);border-radius:5px;padding:10px 14px;margin:0 0 10px;max-height:22em;overflow-y:auto}
        .sequence mark{background:color-mix(in srgb,var(--s1) 26%,transparent);color:inherit;border-radius:3px;box-shadow:inset 0 0 0 1px color-mix(in srgb,var(--s1) 45%,transparent)}
        .sequence small{color:var(--quiet);font-size:12px}.sequence .picture{display:inline-block;border:1px solid var(--quiet);color:var(--quiet);border-radius:3px;font-size:12px;line-height:1.3;padding:1px 5px;white-space:nowrap}
        .notices ul{margin:4px 0 2px;padding-left:20px}.notices ul li{background:none;border:0;padding:1px 0;border-radius:0;list-style:disc}
        .maps>input{margin:0 4px 0 0;vertical-align:-1px}.maps>label{margin-right:18px}.maps>.or{margin-right:6px}
        .layers.few{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,var(--layer)),1fr));gap:0 28px}.layers.few .scale{white-space:normal}
        .layer{border-top:1px solid var(--rule);padding:14px 0 18px}.layer>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 26px;margin-bottom:8px}.layer h3{margin:0}
        .scale{font-size:13px;color:var(--quiet);font-variant-numeric:tabular-nums;white-space:nowrap}.scale b{color:var(--ink);font-weight:600}.scale i{width:120px;height:10px;margin:0 6px;vertical-align:-1px;background:linear-gradient(90deg,{{string.Join(',', HeatColors.Codes)}});print-color-adjust:exact}
        .pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,var(--pair)),1fr));gap:14px 20px}
        .pairs figcaption{font-size:12px;margin:0 0 2px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.pair{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);gap:4px;max-width:720px}.pair.alone{max-width:420px}
        .side{font-size:12px;color:var(--quiet);font-variant-numeric:tabular-nums;overflow-wrap:anywhere;line-height:1.35}.side b{color:var(--ink);font-weight:600}
        .map{position:relative;overflow:hidden;border-radius:3px;background-size:100% 100%;print-color-adjust:exact}.map img{position:absolute;inset:0;width:100%;height:100%}
        .common,#scale-common:checked~.layers .each,#scale-common:checked~.legend .each{display:none}#scale-common:checked~.layers img.common{display:block}#scale-common:checked~.layers .scale.common{display:inline}#show-tokens:checked~.layers .map img{image-rendering:pixelated}
        td.number,th.number{padding-left:10px}.made{margin-top:30px}dl.terms{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 18px;max-width:110ch}dl.terms dt{font-weight:600}dl.terms dd{margin:0}
        @media (max-width:640px){dl.terms{grid-template-columns:minmax(0,1fr)} }
        @media print{.layer{break-inside:avoid}.maps>input,.maps>label{display:none} }
        """;
}
