using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Results;

/// <summary>Writes results as one JSON document. docs/EVALUATION.md describes it.</summary>
public static class ResultsJson
{
    private static readonly JsonSerializerOptions _layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The rest of a score's document is in the files that `drivekd score` reads.
    private static readonly string[] _ofScore = ["scored", "unscored", "unscored_reasons", "remarks", "tasks", "capabilities", "breakdowns"];

    /// <summary>Writes the document.</summary>
    /// <param name="results">The results.</param>
    public static string Write(EvaluationResults results) => new JsonObject
    {
        ["questions"] = results.Questions.Questions.Count,
        ["available"] = results.Questions.Available,
        ["scenes"] = results.Questions.Questions.Select(question => question.Cluster).Distinct().Count(),
        ["routed_by_wording"] = results.Questions.Questions.Count(question => question.IsRoutedByWording),
        ["seed"] = results.Recipe.Seed,
        ["confidence"] = results.Recipe.Statistics.Confidence,
        ["resamples"] = results.Recipe.Statistics.Resamples,
        ["left_out"] = new JsonArray([.. results.LeftOut.Select(item => new JsonObject { ["corruption"] = item.Corruption.Name, ["reason"] = item.Reason })]),
        ["models"] = new JsonArray([.. results.Models.Select(Model)]),
        ["compared_on"] = results.ComparedOn.Name,
        ["correction"] = results.Comparisons.CorrectionName,
        ["comparisons"] = new JsonArray([.. results.Comparisons.Comparisons.Select(Comparison)]),
    }.ToJsonString(_layout) + "\n";

    private static JsonObject Model(ModelResult model) => new()
    {
        ["name"] = model.Model.Name,
        ["address"] = model.Model.Address,
        ["given_up"] = model.GivenUp,
        ["mean_corruption_drop"] = model.MeanDrop,
        ["faults"] = model.Faults,
        ["text_only_share"] = model.TextShare,
        ["passes"] = new JsonArray([.. model.Passes.Select(pass => Pass(pass, model.Robustness.FirstOrDefault(row => row.Pass == pass)))]),
    };

    private static JsonObject Pass(PassResult pass, RobustnessRow? robustness)
    {
        JsonObject score = ScoreJson.Document(pass.Report, listsDisagreements: false);
        JsonObject result = new()
        {
            ["corruption"] = pass.Corruption.Info.Name,
            ["severity"] = pass.Corruption.Severity == 0 ? null : pass.Corruption.Severity,
            ["score"] = pass.Score,
            ["score_interval"] = Ends(pass.Interval),
            ["answers"] = pass.Answers.Count - pass.Failed,
            ["failed"] = pass.Failed,
            ["not_asked"] = pass.NotAsked,
            ["cut_off"] = pass.CutOff,
            ["median_seconds"] = pass.MedianSeconds,
            ["change"] = robustness?.Change,
            ["paired"] = robustness?.Paired is PairedComparison paired ? Paired(paired, robustness.AdjustedP) : null,
        };
        foreach (string key in _ofScore)
        {
            result[key] = score[key]?.DeepClone();
        }

        result["judge"] = pass.Judgement is PassJudgement judgement ? Judge(judgement) : null;
        return result;
    }

    private static JsonObject Judge(PassJudgement judgement) => new()
    {
        ["judge"] = judgement.Judge,
        ["capabilities"] = new JsonObject(judgement.Scores.Select(score => KeyValuePair.Create(
            score.Capability?.ToString().ToLowerInvariant() ?? "mean",
            (JsonNode?)new JsonObject { ["n"] = score.Count, ["unscored"] = score.Unscored, ["score"] = score.Score, ["score_interval"] = Ends(score.Interval) }))),
        ["unscored_reasons"] = new JsonObject(judgement.UnscoredReasons.Select(reason => KeyValuePair.Create(reason.Key, (JsonNode?)reason.Value))),
        ["agreement_exact"] = judgement.Agreement?.ExactAgreement,
        ["agreement_difference"] = judgement.Agreement?.MeanAbsoluteDifference,
        ["spent"] = judgement.Spent,
        ["stopped"] = judgement.Stop,
    };

    private static JsonObject Comparison(CorrectedComparison comparison)
    {
        JsonObject result = Paired(comparison.Comparison, comparison.AdjustedP);
        result.Insert(0, "what", comparison.Name);
        return result;
    }

    private static JsonObject Paired(PairedComparison paired, double? adjustedP) => new()
    {
        ["n"] = paired.N,
        ["only_first"] = paired.OnlyFirst,
        ["only_second"] = paired.OnlySecond,
        ["first"] = paired.FirstMean,
        ["second"] = paired.SecondMean,
        ["difference"] = paired.Difference.Estimate,
        ["difference_interval"] = Ends(paired.Difference.Interval),
        ["test"] = paired.Test,
        ["p"] = paired.P,
        ["adjusted_p"] = adjustedP,
    };

    private static JsonArray? Ends(Interval? interval) => interval is { } ends ? [ends.Low, ends.High] : null;
}
