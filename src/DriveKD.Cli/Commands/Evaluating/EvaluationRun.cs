using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Reports;
using DriveKD.Evaluation.Results;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Batches;
using DriveKD.Models.Layers;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>An evaluation from its recipe to its last word on the console: ask, judge, score, report.</summary>
internal sealed class EvaluationRun
{
    // What decides how answers are made, but not which.
    private static readonly string[] _harmlessKeys =
    [
        "output", "batch_size", "on_model_error", "endpoint.timeout_seconds", "endpoint.concurrency", "endpoint.retries", "endpoint.key_variable",
        "judge", "statistics", "report",
    ];

    private readonly Terminal _terminal;
    private readonly ResolvedRecipe<EvaluateRecipe> _recipe;
    private readonly EvaluationSamples _samples;
    private readonly IReadOnlyList<CorruptionChoice> _corruptions;
    private readonly IReadOnlyList<(CorruptionChoice Corruption, string Reason)> _leftOut;

    private EvaluationRun(Terminal terminal, ResolvedRecipe<EvaluateRecipe> recipe)
    {
        (_terminal, _recipe) = (terminal, recipe);
        (_corruptions, _leftOut) = EvaluationPreflight.Check(recipe);
        _samples = EvaluationSamples.Read(terminal, recipe);
    }

    private EvaluateRecipe Recipe => _recipe.Recipe;

    /// <summary>Starts a run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="file">The recipe.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <returns>The exit code.</returns>
    public static int Start(Terminal terminal, string file, IReadOnlyList<string> overrides)
    {
        ResolvedRecipe<EvaluateRecipe> recipe = RecipeReader.Read<EvaluateRecipe>(file, overrides);
        // Before anything is read that takes time: a run that cannot be written must not start.
        RunFolder.EnsureCanCreate(recipe.Recipe.Output);
        EvaluationRun evaluation = new(terminal, recipe);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", ["evaluate", file, .. overrides], evaluation.DeviceName(), TimeProvider.System);
        RunInputs inputs = evaluation.Describe();
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        inputs.Write(run.Path);
        terminal.ErrorText.WriteLine($"{evaluation.Scope()}; writing to {run.Path}");
        return evaluation.Run(run, retriesErrors: false);
    }

    /// <summary>Goes on with a run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="file">A recipe; null for the run's own.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="allowsChanges">Whether what decides answers may differ from the run's.</param>
    /// <param name="retriesErrors">Whether questions that models failed on are asked again.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(Terminal terminal, string folder, string? file, IReadOnlyList<string> overrides, bool allowsChanges, bool retriesErrors)
    {
        using RunFolder run = RunFolder.Reopen(folder, TimeProvider.System, mayBeFinished: true);
        ResolvedRecipe<EvaluateRecipe> recipe = RecipeReader.Read<EvaluateRecipe>(file ?? run.RecipeFile, overrides);
        EvaluationRun evaluation = new(terminal, recipe);
        RunInputs now = evaluation.Describe();
        long answered = evaluation.CountAnswers(run.Path);
        IReadOnlyList<string> changes =
        [
            .. RecipeDifferences.Find(File.ReadAllText(run.RecipeFile), recipe.Yaml).Where(change => !IsHarmless(change)),
            // A run that was killed while its folder was made has no fingerprints yet, and nothing that they could contradict.
            .. answered == 0 && !File.Exists(run.InputsFile) ? [] : RunInputs.Read(run.Path).DifferencesTo(now),
        ];
        if (changes.Count > 0 && !allowsChanges)
        {
            throw new InputException(
            [
                .. changes.Select(change => new Problem(run.Path, change)),
                new Problem(run.Path, $"answers from before and after would not compare. Take the changes back, or go on all the same: drivekd evaluate --resume {folder} --allow-changed"),
            ]);
        }

        AtomicFile.WriteText(run.RecipeFile, recipe.Yaml);
        now.Write(run.Path);
        run.Continue(answered, changes);
        terminal.ErrorText.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{evaluation.Scope()}; going on in {run.Path} after {answered} answers"));
        foreach (string change in changes)
        {
            terminal.ErrorText.WriteLine($"changed: {change}");
        }

        return evaluation.Run(run, retriesErrors);
    }

    private static bool IsHarmless(string change)
    {
        string key = change[..change.IndexOf(':', StringComparison.Ordinal)];
        return _harmlessKeys.Any(harmless => key == harmless || key.StartsWith(harmless + ".", StringComparison.Ordinal));
    }

    private int Run(RunFolder run, bool retriesErrors)
    {
        AnswerFolder folder = new(run.Path);
        AnswerOutcome outcome = Ask(folder, retriesErrors);
        long answers = CountAnswers(run.Path);
        if (outcome.WasCancelled)
        {
            run.End(RunState.Cancelled, answers, "stopped by the user");
            _terminal.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"Stopped after {answers} answers, which are kept."));
            _terminal.WriteRaw($"Go on: ./drivekd evaluate --resume {run.Path}");
            return ExitCode.Cancelled;
        }

        if (outcome.Stop is Problem stop)
        {
            run.End(RunState.Failed, answers, stop.ToString());
            throw new InputException(stop.Where, $"{stop.What} The run stops at the first error (on_model_error: stop); go on with: drivekd evaluate --resume {run.Path}");
        }

        string? reason = outcome.GivenUp.Count == 0 ? null : string.Join("; ", outcome.GivenUp.Select(model => $"{model.Key}: {model.Value}"));
        try
        {
            Conclude(run, folder, outcome);
        }
        catch (OperationCanceledException)
        {
            run.End(RunState.Cancelled, answers, "stopped by the user after all was asked");
            _terminal.WriteRaw($"Stopped. Every answer is kept; make the results: ./drivekd evaluate --resume {run.Path}");
            return ExitCode.Cancelled;
        }

        run.End(reason is null ? RunState.Finished : RunState.Failed, answers, reason);
        return reason is null ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private AnswerOutcome Ask(AnswerFolder folder, bool retriesErrors)
    {
        using EvaluationDisplay display = new(_terminal);
        AnswerRun asking = new(Recipe, _samples.Questions, _corruptions, folder, Pictures, Open, _terminal.Time);
        return asking.RunAsync(retriesErrors, display, _terminal.Interrupted).GetAwaiter().GetResult();
    }

    private void Conclude(RunFolder run, AnswerFolder folder, AnswerOutcome outcome)
    {
        foreach (NamedModel model in Recipe.NamedModels())
        {
            foreach (CorruptionChoice corruption in _corruptions)
            {
                ResultFile.Write(folder.Result(model, corruption), ResultFile.Records(_samples.Questions.Questions, AnswerLog.Read(folder.Answers(model, corruption)), corruption));
            }
        }

        EvaluationScorer scorer = new(Recipe, _samples.Questions, folder);
        Dictionary<(NamedModel Model, CorruptionChoice Corruption), PassJudgement> judgements =
            new JudgePasses(_terminal, _recipe, _samples.Questions, folder, run.Path).RunAsync(_corruptions, scorer.Bootstrap).GetAwaiter().GetResult();
        EvaluationResults results;
        using (ProgressLine progress = new(_terminal))
        {
            results = scorer.Score(_corruptions, _leftOut, outcome.GivenUp, judgements, progress, _terminal.Interrupted);
        }

        ExamplePictures shots = new(_terminal, Recipe, Pictures);
        EvaluationFacts facts = Facts(run);
        EvaluationFiles.Write(run.Path, results, EvaluationPage.Write(results, shots.Make(results), shots.Strip(results), facts));
        EvaluationTables.Write(_terminal, results, facts);
    }

    private PassPictures Pictures(CorruptionChoice corruption) => PassPictures.Of(_samples.Identities, corruption, Recipe.Seed, _terminal.Interrupted);

    private IAnswerer Open(NamedModel model)
    {
        if (model.IsBehindServer)
        {
            ModelAddress address = ModelAddress.Parse(model.Address, _recipe.Where("models"));
            Endpoint endpoint = Endpoint.Resolve(address.Name, Recipe.Endpoint.ToEndpoint(Recipe.Prompts));
            return new ChatAnswerer(new EndpointChatClient(endpoint), Recipe.Prompts, Recipe.Endpoint.Concurrency, _terminal.Time);
        }

        using WaitLine wait = new(_terminal);
        wait.Show($"loading {model.Name}");
        ModelAssistant assistant = ModelAssistant.Load(model.Address, Recipe.Device, Recipe.Precision, new Loading(wait, model.Name), Recipe.Prompts.PixelLimits(), _terminal.Interrupted);
        if (Recipe.Weights == DecodingWeights.Int8)
        {
            QuantizedWeights quantized = Quantize(assistant);
            wait.Hide();
            _terminal.ErrorText.WriteLine($"{model.Name}: answers are decoded with {DecodingWeightNames.Describe(quantized)}");
        }

        return new LocalAnswerer(new BatchAssistant(assistant, Recipe.Prompts.Layout == PromptLayout.Training), Recipe, _terminal.Time);
    }

    private static QuantizedWeights Quantize(ModelAssistant assistant)
    {
        try
        {
            return assistant.QuantizeDecoder();
        }
        catch
        {
            assistant.Dispose();
            throw;
        }
    }

    private RunInputs Describe()
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        return new RunInputs
        {
            Version = build.Version,
            Commit = build.Commit ?? "unknown",
            Records = RunInputs.OfRecords(Recipe.Data.Records),
            Pictures = RunInputs.OfPictures(_samples.Questions.Questions.Select(question => question.Sample)),
            Models = Recipe.NamedModels().Select(model => model.Address).Distinct().ToDictionary(address => address, Fingerprint),
        };
    }

    private string Fingerprint(string address)
    {
        if (!address.StartsWith(NamedModel.ServerPrefix, StringComparison.Ordinal))
        {
            return RunInputs.OfModel(address);
        }

        // What stands behind an address cannot be known; the address can.
        return Endpoint.Resolve(ModelAddress.Parse(address, _recipe.Where("models")).Name, Recipe.Endpoint.ToEndpoint(Recipe.Prompts)).BaseUrl.ToString();
    }

    private long CountAnswers(string runFolder)
    {
        AnswerFolder folder = new(runFolder);
        return Recipe.NamedModels().Sum(model => _corruptions.Sum(corruption => (long)AnswerLog.Read(folder.Answers(model, corruption)).Keys.Count(id => _samples.Questions.Find(id) is not null)));
    }

    private string Scope()
    {
        int questions = _samples.Questions.Questions.Count;
        string drawn = questions < _samples.Questions.Available ? string.Create(CultureInfo.InvariantCulture, $" of {_samples.Questions.Available}") : "";
        int models = Recipe.NamedModels().Count;
        return string.Create(CultureInfo.InvariantCulture, $"{questions}{drawn} questions, {models} model{(models == 1 ? "" : "s")}, {_corruptions.Count} pass{(_corruptions.Count == 1 ? "" : "es")} each");
    }

    private string DeviceName() => Recipe.NamedModels().All(model => model.IsBehindServer) ? "servers" : Devices.NameOf(Devices.Parse(Recipe.Device, _recipe.Where("device")));

    private EvaluationFacts Facts(RunFolder run)
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        IReadOnlyList<RunResumption> resumptions = run.Status.Resumptions ?? [];
        return new EvaluationFacts
        {
            Folder = run.Path,
            Program = $"drivekd {build.Version} ({build.Commit ?? "unknown"})",
            Device = Recipe.Weights == DecodingWeights.Int8 ? $"{DeviceName()}, answers decoded with matrices of 8 bits" : DeviceName(),
            Machine = string.Create(CultureInfo.InvariantCulture, $"{System.Runtime.InteropServices.RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores"),
            StartedAt = run.Status.StartedAt,
            MadeAt = TimeProvider.System.GetLocalNow(),
            Resumptions = resumptions.Count,
            Changes = [.. resumptions.SelectMany(resumption => resumption.Changes ?? [])],
            IsUnfinished = false,
        };
    }

    private sealed class Loading(WaitLine wait, string model) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => wait.Show(string.Create(
            CultureInfo.InvariantCulture, $"loading {model}: {100.0 * value.BytesDone / Math.Max(1, value.BytesTotal):F0} % of {value.BytesTotal / 1e9:F2} GB"));
    }
}
