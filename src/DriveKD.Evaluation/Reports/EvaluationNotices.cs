using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports;

namespace DriveKD.Evaluation.Reports;

/// <summary>What a reader of an evaluation must not miss.</summary>
public static class EvaluationNotices
{
    private const int FewScenes = 20;
    private const double ManyCutOff = 0.1;

    /// <summary>The notices, those that matter most first.</summary>
    /// <param name="results">The results.</param>
    /// <param name="facts">How the run was made.</param>
    public static IReadOnlyList<EvaluationNotice> Of(EvaluationResults results, EvaluationFacts facts) =>
        [.. Find(results, facts).OrderByDescending(notice => notice.Level)];

    private static IEnumerable<EvaluationNotice> Find(EvaluationResults results, EvaluationFacts facts)
    {
        if (facts.IsUnfinished)
        {
            yield return new EvaluationNotice(NoticeLevel.Failure, "The run is not finished", "Figures are of the answers that there are; what was not asked is counted as unscored. Resume the run.");
        }

        if (facts.Changes.Count > 0)
        {
            yield return new EvaluationNotice(NoticeLevel.Warning, "The run was changed on its way", $"Answers from before and after may not compare: {string.Join("; ", facts.Changes)}.");
        }

        foreach (EvaluationNotice notice in results.Models.SelectMany(OfModel).Concat(OfQuestions(results)))
        {
            yield return notice;
        }

        foreach ((Runs.Recipes.CorruptionChoice corruption, string reason) in results.LeftOut)
        {
            yield return new EvaluationNotice(NoticeLevel.Warning, $"{corruption.Title} was left out", reason);
        }
    }

    private static IEnumerable<EvaluationNotice> OfModel(ModelResult model)
    {
        int failed = model.Passes.Sum(pass => pass.Failed);
        int notAsked = model.Passes.Sum(pass => pass.NotAsked);
        int answered = model.Passes.Sum(pass => pass.Answers.Count - pass.Failed);
        int cutOff = model.Passes.Sum(pass => pass.CutOff);
        int empty = model.Passes.Sum(pass => pass.Report.Remarks.GetValueOrDefault(AnswerRemark.EmptyAnswer));
        int script = model.Passes.Sum(pass => pass.Report.Remarks.GetValueOrDefault(AnswerRemark.OtherScript));
        int disagreements = model.Passes.Sum(pass => pass.Report.Disagreements.Count());
        if (model.GivenUp is string reason)
        {
            yield return new EvaluationNotice(NoticeLevel.Failure, $"{model.Model.Name} could not go on", $"{notAsked:N0} questions were not asked and are in no mean. {reason}");
        }
        else if (notAsked > 0)
        {
            yield return new EvaluationNotice(NoticeLevel.Failure, $"{model.Model.Name} was not asked everything", $"{notAsked:N0} questions have no answer yet and are in no mean.");
        }

        if (failed > 0)
        {
            string error = model.Passes.SelectMany(pass => pass.Answers.Values).First(answer => answer.Error is not null).Error!;
            yield return new EvaluationNotice(
                NoticeLevel.Warning, $"{model.Model.Name} failed on {failed:N0} questions", $"They are in no mean. The first error: {error} (--resume RUN --retry-errors asks them again.)");
        }

        if (cutOff > ManyCutOff * answered)
        {
            yield return new EvaluationNotice(
                NoticeLevel.Warning, $"{model.Model.Name}: {cutOff:N0} of {answered:N0} answers were cut off", "They ended at prompts.max_new_tokens, and count as they are.");
        }

        if (empty > 0)
        {
            yield return new EvaluationNotice(NoticeLevel.Warning, $"{model.Model.Name}: {empty:N0} answers are empty", "An empty answer is a wrong one.");
        }

        if (script > 0)
        {
            yield return new EvaluationNotice(NoticeLevel.Note, $"{model.Model.Name}: {script:N0} answers are mostly in another script", "They count as they are.");
        }

        if (disagreements > 0)
        {
            yield return new EvaluationNotice(
                NoticeLevel.Note,
                $"{model.Model.Name}: {disagreements:N0} letters are read differently by the published rule and the strict one",
                "The published rule takes the word \"a\" for option A; both figures stand in the table. drivekd score --disagreements lists them.");
        }
    }

    private static IEnumerable<EvaluationNotice> OfQuestions(EvaluationResults results)
    {
        IReadOnlyList<Questions.EvaluationQuestion> questions = results.Questions.Questions;
        int scenes = questions.Select(question => question.Cluster).Distinct().Count();
        int routed = questions.Count(question => question.IsRoutedByWording);
        int nowhere = questions.Count(question => question.Route is null);
        int yesNo = questions.Count(question => question.Route is { Form: DriveBench.QuestionForm.YesNo });
        if (scenes < FewScenes)
        {
            yield return new EvaluationNotice(
                NoticeLevel.Warning, $"Only {scenes:N0} scenes", "Intervals by resampling so few scenes are rough, and too narrow as a rule. Ask about more scenes before you trust a difference.");
        }

        if (routed > 0)
        {
            yield return new EvaluationNotice(
                NoticeLevel.Note, $"{routed:N0} questions have no DriveBench tags", "Where they are scored was told by their wording: options and a letter, yes or no, else an open answer.");
        }

        if (nowhere > 0)
        {
            yield return new EvaluationNotice(NoticeLevel.Warning, $"{nowhere:N0} questions are scored nowhere", "The published scorer has no rule for their type and tags. They are counted as unscored where they belong to no cell.");
        }

        if (yesNo > 0)
        {
            yield return new EvaluationNotice(NoticeLevel.Note, $"{yesNo:N0} questions are answered by yes or no", "The published scorer leaves them out, and so does the capability table; they stand among the types of question.");
        }
    }
}
