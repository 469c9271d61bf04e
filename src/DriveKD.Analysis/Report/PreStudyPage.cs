using System.Globalization;
using System.Text;
using DriveKD.Analysis.Figures;
using DriveKD.Analysis.Proposal;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Analysis.Report;

/// <summary>A pre-study as one HTML file that needs nothing else: what is recommended first, then every curve.</summary>
public static class PreStudyPage
{
    private const string Style = """
        figure.curve{margin:14px 0}figure.curve img{display:block;width:100%;max-width:900px;height:auto;background:#fff;border-radius:4px}
        td.yes{color:var(--note)}td.no{color:var(--bad)}tr.chosen>*{font-weight:650}
        .why li{margin:2px 0}
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="report">What it tells.</param>
    public static string Write(PreStudyReport report)
    {
        Markup content = Markup.Of($"""
            <header>
            <h1>Which layers of {report.Teacher.Name} carry what</h1>
            <p class="lead">{Scope(report)}</p>
            {Doubt(report)}</header>
            {Answers(report)}{Groups(report)}{Rules(report)}{Notices(report)}{Facts(report)}<p class="made">Made by {report.Program} at {ReportNumbers.Moment(report.MadeAt)} from <span class="path">{report.Folder}</span>.</p>

            """);
        return PageFrame.Write("DriveKD pre-study", content, Style);
    }

    private static string Scope(PreStudyReport report)
    {
        string samples = ReportNumbers.Enumerate([.. report.Samples.OrderBy(entry => entry.Key).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} of {Name(entry.Key)}"))]);
        string models = ReportNumbers.Enumerate([.. report.Models.Select(model => string.Create(CultureInfo.InvariantCulture, $"{model.Name} ({model.Layers} layers)"))]);
        return string.Create(CultureInfo.InvariantCulture, $"{models} looked at {samples} samples. Lines are means over samples, bands {100 * report.Result.Confidence:0} % intervals; grey dots are what is known of the published curves of InternVL3-8B, its layers scaled to this depth.");
    }

    private static Markup Doubt(PreStudyReport report) => report.Doubt is not string doubt ? Markup.None : Markup.Of($"""
        <ul class="notices"><li class="warning">{doubt}</li></ul>

        """);

    private static Markup Notices(PreStudyReport report) => report.Result.Notices.Count == 0 ? Markup.None : Markup.Of($"""
        <h2 id="missing">What could not be measured</h2>
        <ul>{Markup.Join(report.Result.Notices.Select(notice => Markup.Of($"<li>{notice}</li>")))}</ul>

        """);

    private static Markup Answers(PreStudyReport report) => Markup.Of($"""
        <h2>What is recommended</h2>
        <div class="scroll"><table><thead><tr><th scope="col">capability</th><th scope="col">layers of {report.Teacher.Name}</th><th scope="col">the student's</th><th scope="col">map</th><th scope="col">why</th></tr></thead>
        <tbody>{Markup.Join(report.Proposals.Select(proposal => Answer(report, proposal)))}</tbody></table></div>
        <p>{report.Stability}</p>
        <p>Go on: {Markup.Join(PreStudyWords.Next(report).Select(command => Markup.Of($"<code>{command}</code> ")))}</p>

        """);

    private static Markup Answer(PreStudyReport report, SignalProposal proposal)
    {
        string student = "-";
        if (report.StudentLayers is int layers)
        {
            LayerRange range = proposal.StudentLayers(report.Teacher.Layers, layers);
            student = range.First == range.Last
                ? string.Create(CultureInfo.InvariantCulture, $"layer {range.First}")
                : string.Create(CultureInfo.InvariantCulture, $"layers {range.First} to {range.Last}");
        }

        return Markup.Of($"""
            <tr><th scope="row">{Name(proposal.Capability)}</th><td>{PreStudyWords.Layers(proposal)}</td><td>{student}</td><td>{PreStudyWords.Map(proposal.Map)}</td><td><ul class="why">{Markup.Join(proposal.Reasons.Select(reason => Markup.Of($"<li>{reason}</li>")))}</ul></td></tr>

            """);
    }

    private static Markup Groups(PreStudyReport report) => Markup.Join(PreStudyFigures.Of(report).Select(group => Markup.Of($"""
        <h2 id="{group.Key}">{group.Question}</h2>
        {Markup.Join(group.Figures.Select(Figure))}{(group.Key == PreStudyFigures.PullKey ? Logits(report) : Markup.None)}
        """)));

    private static Markup Logits(PreStudyReport report) => Markup.Join(report.Pulls.OrderBy(entry => entry.Key)
        .Select(entry => (entry.Key, Pulls: entry.Value.Where(pull => pull.Candidate.Kind == SignalKind.Logits).ToArray())).Where(entry => entry.Pulls.Length > 0)
        .Select(entry => Markup.Of($"<p>Logits on {Name(entry.Key)} samples: a gradient of {entry.Pulls.Average(pull => pull.Gradient).ToString("0.0e+0", CultureInfo.InvariantCulture)} of supervision's, at a cosine of {entry.Pulls.Average(pull => pull.Cosine).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)}.</p>\n")));

    // As a picture of its own: two SVGs on one page would share names.
    private static Markup Figure(CurveFigure figure)
    {
        string svg = Convert.ToBase64String(Encoding.UTF8.GetBytes(CurvePlot.Svg(figure)));
        return Markup.Of($"""
            <figure class="curve"><img src="data:image/svg+xml;base64,{svg}" alt="{Alternative(figure)}">
            <figcaption><span class="path">figures/{figure.Name}.png</span>, <span class="path">.svg</span></figcaption></figure>

            """);
    }

    private static string Alternative(CurveFigure figure) => string.Create(
        CultureInfo.InvariantCulture,
        $"{figure.Title}, {figure.Up} over {figure.Across}: {string.Join("; ", figure.Lines.Where(line => !line.IsPublished).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name} {line.Points[0].Y:0.###} to {line.Points[^1].Y:0.###}")))}");

    private static Markup Rules(PreStudyReport report) => Markup.Of($"""
        <h2 id="rules">What the rules looked at</h2>
        <p>{RuleText(report.Recipe.Proposal)}</p>
        {Markup.Join(report.Proposals.Select(proposal => Markup.Of($"""
            <div class="scroll"><table><caption>{Name(proposal.Capability)}</caption><thead><tr>{Markup.Join(RuleTable.Columns.Select(column => Markup.Of($"""<th scope="col">{column}</th>""")))}</tr></thead>
            <tbody>{Markup.Join(proposal.Verdicts.Select(verdict => Markup.Of($"""<tr class="{(verdict.IsChosen ? "chosen" : "")}">{Markup.Join(RuleTable.Row(verdict).Select(cell => Markup.Of($"<td>{cell}</td>")))}</tr>""")))}</tbody></table></div>

            """)))}
        """);

    private static string RuleText(ProposalSettings rules) => string.Create(
        CultureInfo.InvariantCulture,
        $"Stable: a map's dispersion is at most {rules.MaxDispersion:0.###}. Rich: text gives pictures at least {100 * rules.LeastMass:0} % of what the richest layer gives. Sufficient, where gradients were taken: at least {100 * rules.LeastGradient:0.###} % of the greatest signal's, at a cosine with supervision of at least {rules.LeastCosine:0.##}. Of the layers that pass, the best aligned one is proposed, with neighbours that have at least {100 * rules.LeastSeparation:0} % of its separation.");

    private static Markup Facts(PreStudyReport report)
    {
        PreStudyRecipe recipe = report.Recipe;
        (string Name, string Value)[] rows =
        [
            ("samples", string.Join(", ", recipe.Data.Records)),
            ("general samples", recipe.General is null ? "none" : string.Join(", ", recipe.General.Records)),
            ("models", string.Join(", ", recipe.NamedModels().Select(model => $"{model.Name}: {model.Address}"))),
            ("student", recipe.Student ?? "none"),
            ("student after a run", recipe.StudentAfter ?? "none"),
            ("seed", recipe.Seed.ToString(CultureInfo.InvariantCulture)),
            ("device", $"{report.Device}, precision {recipe.Precision}"),
            ("started", ReportNumbers.Moment(report.StartedAt)),
        ];
        return Markup.Of($"""
            <h2>The run</h2>
            <div class="scroll"><table><tbody>{Markup.Join(rows.Select(row => Markup.Of($"""<tr><th scope="row">{row.Name}</th><td>{row.Value}</td></tr>""")))}</tbody></table></div>

            """);
    }

    private static string Name(Capability capability) => RecipeNames.OfEnum(capability);
}
