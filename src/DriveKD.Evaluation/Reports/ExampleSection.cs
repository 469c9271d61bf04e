using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>Questions with their pictures, the reference answer, and every model's answer side by side.</summary>
internal static class ExampleSection
{
    public static Markup Write(EvaluationResults results, IReadOnlyList<EvaluationExample> examples) => examples.Count == 0 ? Markup.None : Markup.Of($"""
        <h2>Examples</h2>
        <p class="quiet">{results.ComparedOn.Title} pictures. Chosen by the points of single answers, types of question in turn. <span class="path">answers/</span> has every answer.</p>
        {Markup.Join(examples.Select(example => Example(results, example)))}
        """);

    private static Markup Example(EvaluationResults results, EvaluationExample example)
    {
        string type = $"{example.Question.QuestionType}{(example.Question.Tags.Count > 0 ? $", tag {string.Join(", ", example.Question.Tags)}" : "")}";
        string question = example.Question.Sample.Question.Replace(Data.Samples.Sample.ImagePlaceholder, "", StringComparison.Ordinal).Trim();
        return Markup.Of($"""
            <article class="example">
            <header><span class="kind">{Reason(example.Reason)}</span>{type} <span class="path">{example.Question.Id}</span></header>
            <div class="shots">{Markup.Join(example.Pictures.Select(Shot))}</div>
            <div><p class="asked">{question}</p>
            <dl class="answers"><dt class="gold">reference</dt><dd class="gold">{example.Question.Sample.Answer ?? "-"}</dd>{Markup.Join(results.Models.Select(model => Answer(results, model, example)))}</dl></div>
            {Attention(example)}</article>

            """);
    }

    private static Markup Answer(EvaluationResults results, ModelResult model, EvaluationExample example)
    {
        PassResult pass = model.Passes.Single(pass => pass.Corruption == results.ComparedOn);
        ModelAnswer? answer = pass.Answers.GetValueOrDefault(example.Question.Id);
        QuestionPoints? points = pass.Points.FirstOrDefault(points => points.Id == example.Question.Id);
        string judged = pass.Judgement?.Points.TryGetValue(example.Question.Id, out int given) == true ? FormattableString.Invariant($", judge {given}") : "";
        string worth = points is null ? "unscored" : $"{Cells.Points(points.Points)} points{(points.StrictPoints == points.Points ? "" : $", strict {Cells.Points(points.StrictPoints)}")}";
        Markup text = answer switch
        {
            null => Markup.Of($"""<dd class="error">not asked</dd>"""),
            { Error: string error } => Markup.Of($"""<dd class="error">{error}</dd>"""),
            { Pred: string pred } when string.IsNullOrWhiteSpace(pred) => Markup.Of($"""<dd class="error">empty</dd>"""),
            _ => Markup.Of($"<dd>{answer.Pred}{(answer.CutOff == true ? " …" : "")}</dd>"),
        };
        return Markup.Of($"""<dt>{model.Model.Name}<small>{worth}{judged}</small></dt>{text}""");
    }

    private static Markup Attention(EvaluationExample example) => example.Attention.Count == 0 ? Markup.None : Markup.Of($"""
        <div class="attention">{Markup.Join(example.Attention.Values.Select(Shot))}</div>

        """);

    private static Markup Shot(PagePicture picture) => Markup.Of(
        $"""<figure><img src="{picture.Address}" width="{picture.Width}" height="{picture.Height}" alt="{picture.Label}" loading="lazy"><figcaption>{picture.Label}</figcaption></figure>""");

    private static string Reason(ExampleReason reason) => reason switch
    {
        ExampleReason.Best => "best",
        ExampleReason.Worst => "worst",
        _ => "most disputed",
    };
}
