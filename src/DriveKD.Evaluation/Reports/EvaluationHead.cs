using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>The page's first lines: what was asked of whom, what came of it, and what must not be missed.</summary>
internal static class EvaluationHead
{
    public static Markup Write(EvaluationResults results, EvaluationFacts facts)
    {
        Markup[] notices = [.. EvaluationNotices.Of(results, facts).Select(notice => Markup.Of($"""
            <li class="{notice.Level.ToString().ToLowerInvariant()}"><span class="kind">{notice.Level.ToString()}</span><b>{notice.Title}.</b> {notice.Text}</li>

            """))];
        Markup list = notices.Length == 0 ? Markup.None : Markup.Of($"""
            <ul class="notices">
            {Markup.Join(notices)}</ul>

            """);
        return Markup.Of($"""
            <p class="lead">{Asked(results)} {Found(results)}</p>
            {list}
            """);
    }

    private static string Asked(EvaluationResults results)
    {
        string models = results.Models.Count == 1 ? results.Models[0].Model.Name : FormattableString.Invariant($"{results.Models.Count} models");
        int questions = results.Questions.Questions.Count;
        int scenes = results.Questions.Questions.Select(question => question.Cluster).Distinct().Count();
        string passes = results.Corruptions.Count == 1 ? results.Corruptions[0].Title.ToLowerInvariant() : FormattableString.Invariant($"{results.Corruptions.Count} kinds of picture");
        string drawn = questions < results.Questions.Available ? FormattableString.Invariant($" of {results.Questions.Available:N0}") : "";
        return FormattableString.Invariant($"{models}: {questions:N0}{drawn} questions of {scenes:N0} scenes, on {passes}.");
    }

    private static string Found(EvaluationResults results)
    {
        PassResult Of(ModelResult model) => model.Passes.Single(pass => pass.Corruption == results.ComparedOn);
        ModelResult[] ranked = [.. results.Models.Where(model => Of(model).Score is not null).OrderByDescending(model => Of(model).Score)];
        return ranked.Length == 0
            ? "No answer has a score."
            : $"{results.ComparedOn.Title}: {string.Join("; ", ranked.Select(model => $"{model.Model.Name} {Cells.Points(Of(model).Score)} points {Cells.Ends(Of(model).Interval, Cells.Points)}".TrimEnd()))}.";
    }
}
