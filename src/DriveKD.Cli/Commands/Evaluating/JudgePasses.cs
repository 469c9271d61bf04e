using System.Globalization;
using DriveKD.Cli.Commands.Judging;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Judge;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Results;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>Has the answers of an evaluation judged, pass by pass, within one budget and with one cache.</summary>
internal sealed class JudgePasses(Terminal terminal, ResolvedRecipe<EvaluateRecipe> recipe, QuestionSet questions, AnswerFolder folder, string runFolder)
{
    /// <summary>Judges.</summary>
    /// <param name="corruptions">The passes that were made.</param>
    /// <param name="options">How intervals are drawn.</param>
    /// <returns>By model and pass; empty where the recipe names no judge.</returns>
    public async Task<Dictionary<(NamedModel Model, CorruptionChoice Corruption), PassJudgement>> RunAsync(IReadOnlyList<CorruptionChoice> corruptions, BootstrapOptions options)
    {
        Dictionary<(NamedModel Model, CorruptionChoice Corruption), PassJudgement> judgements = [];
        EvaluationJudgeSettings settings = recipe.Recipe.Judge;
        if (settings.Model is not string address)
        {
            return judgements;
        }

        using WaitLine wait = new(terminal);
        wait.Show("loading the judge");
        using JudgeModel judge = JudgeModel.Open(
            address, recipe.Where("judge.model"), settings.Endpoint, recipe.Recipe.Device, recipe.Recipe.Precision, progress: null, terminal.Interrupted);
        using JudgeCache cache = JudgeCache.Open(settings.Cache ?? Path.Combine(runFolder, EvaluationFiles.JudgeCache));
        (long tokens, double cost) = (0, 0);
        foreach (NamedModel model in recipe.Recipe.NamedModels())
        {
            foreach (CorruptionChoice corruption in CorruptionChoice.Parse(settings.Corruptions).Where(corruptions.Contains))
            {
                EndpointSettings endpoint = settings.Endpoint;
                JudgeRun run = new(
                    judge.Client,
                    new JudgeRunOptions
                    {
                        Identity = judge.Identity,
                        Cache = cache,
                        Budget = new JudgeBudget(Math.Max(0, settings.MaxTokens - tokens ?? long.MaxValue), settings.MaxCost is double most ? Math.Max(0, most - cost) : null),
                        Prices = endpoint.InputPrice is null && endpoint.OutputPrice is null ? null : new TokenPrices(endpoint.InputPrice ?? 0, endpoint.OutputPrice ?? 0),
                        Repeats = settings.Repeats,
                        Concurrency = judge.Concurrency,
                    },
                    terminal.Time);
                JudgeInput input = JudgeInputReader.Read(folder.Result(model, corruption), references: null, settings.Descriptions);
                JudgeSummary summary = await run.RunAsync(input.Items, onJudged: null, new Line(wait, model.Name), terminal.Interrupted).ConfigureAwait(false);
                tokens += summary.Usage.Tokens;
                cost += summary.Usage.Cost ?? 0;
                judgements[(model, corruption)] = PassJudgement.Of(judge.Name, summary, questions.Questions, options);
            }
        }

        return judgements;
    }

    private sealed class Line(WaitLine wait, string model) : IProgress<JudgeProgress>
    {
        public void Report(JudgeProgress value) => wait.Show(string.Create(
            CultureInfo.InvariantCulture, $"judging {model}: {value.Done}/{value.Total}, {value.Unscored} without points, {value.Tokens:N0} tokens"));
    }
}
