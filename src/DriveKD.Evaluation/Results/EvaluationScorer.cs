using DriveKD.Data.Samples;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;
using ScoredQuestion = DriveKD.Evaluation.Statistics.ScoredQuestion;

namespace DriveKD.Evaluation.Results;

/// <summary>Makes results of the answers that a run has written.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="questions">The questions.</param>
/// <param name="folder">Where the answers lie.</param>
public sealed class EvaluationScorer(EvaluateRecipe recipe, QuestionSet questions, AnswerFolder folder)
{
    /// <summary>How intervals are drawn.</summary>
    public BootstrapOptions Bootstrap { get; } = new() { Resamples = recipe.Statistics.Resamples, Confidence = recipe.Statistics.Confidence, Seed = recipe.Seed };

    /// <summary>Scores all passes.</summary>
    /// <param name="corruptions">The passes that were made.</param>
    /// <param name="leftOut">Those that could not be, with the reason.</param>
    /// <param name="givenUp">Models that could not go on, with the reason, by their names.</param>
    /// <param name="judgements">A judge's verdicts by model and pass; those that were not judged are absent.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Stops between questions.</param>
    public EvaluationResults Score(
        IReadOnlyList<CorruptionChoice> corruptions,
        IReadOnlyList<(CorruptionChoice Corruption, string Reason)> leftOut,
        IReadOnlyDictionary<string, string> givenUp,
        IReadOnlyDictionary<(NamedModel Model, CorruptionChoice Corruption), PassJudgement> judgements,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        IReadOnlyList<NamedModel> models = recipe.NamedModels();
        List<ModelResult> results = [];
        int done = 0;
        foreach (NamedModel model in models)
        {
            List<PassResult> passes = [];
            foreach (CorruptionChoice corruption in corruptions)
            {
                progress?.Report(new DataProgress("scoring", done++, (long)models.Count * corruptions.Count));
                passes.Add(ScorePass(model, corruption, cancellation) with { Judgement = judgements.GetValueOrDefault((model, corruption)) });
            }

            results.Add(new ModelResult { Model = model, Passes = passes, Robustness = [], GivenUp = givenUp.GetValueOrDefault(model.Name) });
        }

        CorruptionChoice comparedOn = corruptions.Contains(CorruptionChoice.Clean) ? CorruptionChoice.Clean : corruptions[0];
        return new EvaluationResults
        {
            Recipe = recipe,
            Questions = questions,
            Corruptions = corruptions,
            LeftOut = leftOut,
            Models = WithRobustness(results),
            ComparedOn = comparedOn,
            Comparisons = Compare(results, comparedOn),
        };
    }

    private PassResult ScorePass(NamedModel model, CorruptionChoice corruption, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, ModelAnswer> all = AnswerLog.Read(folder.Answers(model, corruption));
        Dictionary<string, ModelAnswer> answers = all.Where(pair => questions.Find(pair.Key) is not null).ToDictionary(StringComparer.Ordinal);
        AnswerFile file = new()
        {
            File = folder.Result(model, corruption),
            IsSubmission = false,
            Records = ResultFile.Records(questions.Questions, answers, corruption),
        };
        ScoreReport report = ResultScorer.Score(file, references: null, new ScoreOptions { Bootstrap = Bootstrap }, progress: null, cancellation);
        double[] seconds = [.. answers.Values.Where(answer => answer.Error is null).Select(answer => answer.Seconds).Order()];
        return new PassResult
        {
            Corruption = corruption,
            Report = report,
            Answers = answers,
            Failed = answers.Values.Count(answer => answer.Error is not null),
            NotAsked = questions.Questions.Count - answers.Count,
            CutOff = answers.Values.Count(answer => answer.CutOff == true),
            MedianSeconds = seconds.Length == 0 ? null : seconds[(seconds.Length - 1) / 2],
            Points = [.. report.Questions.Where(question => question.Route.Form != QuestionForm.YesNo).Select(QuestionPoints.Of)],
        };
    }

    private List<ModelResult> WithRobustness(List<ModelResult> models)
    {
        (string Name, PairedComparison Comparison)[] compared =
        [
            .. from model in models
               let clean = model.Clean
               where clean is not null
               from pass in model.Passes
               where pass != clean
               select ($"{model.Model.FileName}/{pass.Corruption.Name}", PairedComparison.Of(ToScores(clean.Points), ToScores(pass.Points), Bootstrap)),
        ];
        Dictionary<string, CorrectedComparison> corrected = ComparisonSet.Of(compared).Comparisons.ToDictionary(comparison => comparison.Name, StringComparer.Ordinal);
        return
        [
            .. models.Select(model => corrected.Count == 0 || model.Clean is not PassResult clean ? model : model with
            {
                Robustness =
                [
                    .. model.Passes.Select(pass => corrected.GetValueOrDefault($"{model.Model.FileName}/{pass.Corruption.Name}") is { } comparison
                        ? new RobustnessRow(pass, pass.Score - clean.Score, comparison.Comparison, comparison.AdjustedP)
                        : new RobustnessRow(pass, Change: null, Paired: null, AdjustedP: null)),
                ],
            }),
        ];
    }

    /// <summary>Every two models: all questions, each capability, letters in both readings.</summary>
    private ComparisonSet Compare(List<ModelResult> models, CorruptionChoice comparedOn)
    {
        List<(string, PairedComparison)> comparisons = [];
        for (int first = 0; first < models.Count; first++)
        {
            for (int second = first + 1; second < models.Count; second++)
            {
                IReadOnlyList<QuestionPoints> before = models[first].Passes.Single(pass => pass.Corruption == comparedOn).Points;
                IReadOnlyList<QuestionPoints> after = models[second].Passes.Single(pass => pass.Corruption == comparedOn).Points;
                string names = $"{models[second].Model.Name}{ComparisonNames.Against}{models[first].Model.Name}{ComparisonNames.By}";
                comparisons.AddRange(Families().Select(family => (names + family.Name, PairedComparison.Of(family.Of(before), family.Of(after), Bootstrap)))
                    .Where(item => item.Item2.N > 0));
            }
        }

        return ComparisonSet.Of(comparisons);
    }

    private static IEnumerable<(string Name, Func<IReadOnlyList<QuestionPoints>, IReadOnlyList<ScoredQuestion>> Of)> Families()
    {
        yield return (ComparisonNames.All, points => ToScores(points));
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            yield return (capability.ToString().ToLowerInvariant(), points => ToScores(points.Where(question => question.Route.Capability == capability)));
        }

        // As shares: a test of right and wrong needs 0 and 1.
        yield return (ComparisonNames.Letters, points => Letters(points, question => question.Points));
        yield return (ComparisonNames.StrictLetters, points => Letters(points, question => question.StrictPoints));
    }

    private static IReadOnlyList<ScoredQuestion> Letters(IReadOnlyList<QuestionPoints> points, Func<QuestionPoints, double> score) =>
        [.. points.Where(question => question.Route.Form == QuestionForm.MultipleChoice).Select(question => new ScoredQuestion(question.Id, question.Cluster, score(question) / 100))];

    private static IReadOnlyList<ScoredQuestion> ToScores(IEnumerable<QuestionPoints> points) =>
        [.. points.Select(question => new ScoredQuestion(question.Id, question.Cluster, question.Points))];
}
