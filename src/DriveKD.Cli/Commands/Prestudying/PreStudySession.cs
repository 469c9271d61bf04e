using System.Globalization;
using DriveKD.Analysis.Proposal;
using DriveKD.Analysis.Report;
using DriveKD.Analysis.Study;
using DriveKD.Cli.Commands.Training;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Pulls;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Measurement;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>A pre-study from its recipe to its last word on the console: measure, conclude, propose.</summary>
internal sealed class PreStudySession
{
    // What decides conclusions, but not what is measured of a sample.
    private static readonly string[] _harmlessKeys = ["output", "proposal", "representation", "pull", "device"];

    private readonly Terminal _terminal;
    private readonly ResolvedRecipe<PreStudyRecipe> _recipe;
    private readonly PreStudySamples _samples;
    private readonly IReadOnlyList<PreStudyModel> _models;
    private readonly IReadOnlyList<PreStudyModel> _students;

    private PreStudySession(Terminal terminal, ResolvedRecipe<PreStudyRecipe> recipe)
    {
        (_terminal, _recipe) = (terminal, recipe);
        _models = [.. Recipe.NamedModels().Select(model => PreStudyModel.Of(model.Name, model.Address, recipe))];
        _students =
        [
            .. new[] { (Name: PreStudyModel.StudentName, Folder: Recipe.Student), (Name: PreStudyModel.StudentAfterName, Folder: Recipe.StudentAfter) }
                .Where(student => student.Folder is not null).Select(student => PreStudyModel.Of(student.Name, student.Folder!, recipe)),
        ];
        foreach (PreStudyModel student in _students)
        {
            if (student.Config.CannotShareSequences(_models[0].Config) is string why)
            {
                throw new InputException(recipe.Where("student"), $"{student.Folder} {why}. The other is {_models[0].Folder}, the teacher.");
            }
        }

        _samples = PreStudySamples.Read(terminal, recipe);
    }

    private PreStudyRecipe Recipe => _recipe.Recipe;

    /// <summary>Starts a run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="file">The recipe.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="explains">Whether the rules' tables are printed.</param>
    /// <returns>The exit code.</returns>
    public static int Start(Terminal terminal, string file, IReadOnlyList<string> overrides, bool explains)
    {
        ResolvedRecipe<PreStudyRecipe> recipe = Settle(terminal, RecipeReader.Read<PreStudyRecipe>(file, overrides), overrides, keys => RecipeReader.Read<PreStudyRecipe>(file, keys));
        // Before anything is read that takes time: a run that cannot be written must not start.
        RunFolder.EnsureCanCreate(recipe.Recipe.Output);
        PreStudySession session = new(terminal, recipe);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", ["prestudy", file, .. overrides], session.DeviceName(), TimeProvider.System);
        RunInputs inputs = session.Describe();
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        inputs.Write(run.Path);
        terminal.ErrorText.WriteLine($"{session.Scope()}; writing to {run.Path}");
        return session.Run(run, explains);
    }

    /// <summary>Goes on with a run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="file">A recipe; null for the run's own.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="allowsChanges">Whether what decides measures may differ from the run's.</param>
    /// <param name="explains">Whether the rules' tables are printed.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(Terminal terminal, string folder, string? file, IReadOnlyList<string> overrides, bool allowsChanges, bool explains)
    {
        using RunFolder run = RunFolder.Reopen(folder, TimeProvider.System, mayBeFinished: true);
        string read = file ?? run.RecipeFile;
        ResolvedRecipe<PreStudyRecipe> recipe = Settle(terminal, RecipeReader.Read<PreStudyRecipe>(read, overrides), overrides, keys => RecipeReader.Read<PreStudyRecipe>(read, keys));
        PreStudySession session = new(terminal, recipe);
        RunInputs now = session.Describe();
        IReadOnlyList<string> changes =
        [
            .. RecipeDifferences.Find(File.ReadAllText(run.RecipeFile), recipe.Yaml).Where(change => !IsHarmless(change)),
            .. File.Exists(run.InputsFile) ? RunInputs.Read(run.Path).DifferencesTo(now) : [],
        ];
        if (changes.Count > 0 && !allowsChanges)
        {
            throw new InputException(
            [
                .. changes.Select(change => new Problem(run.Path, change)),
                new Problem(run.Path, $"measures from before and after would not compare. Take the changes back, or go on all the same: drivekd prestudy --resume {folder} --allow-changed"),
            ]);
        }

        AtomicFile.WriteText(run.RecipeFile, recipe.Yaml);
        now.Write(run.Path);
        run.Continue(0, changes);
        terminal.ErrorText.WriteLine($"{session.Scope()}; going on in {run.Path}");
        foreach (string change in changes)
        {
            terminal.ErrorText.WriteLine($"changed: {change}");
        }

        return session.Run(run, explains);
    }

    /// <summary>A precision that is left to the machine is chosen once, and written into the run's recipe.</summary>
    private static ResolvedRecipe<PreStudyRecipe> Settle(
        Terminal terminal, ResolvedRecipe<PreStudyRecipe> recipe, IReadOnlyList<string> overrides, Func<IReadOnlyList<string>, ResolvedRecipe<PreStudyRecipe>> read)
    {
        if (recipe.Recipe.Precision != Precisions.Automatic)
        {
            return recipe;
        }

        ModelConfig teacher = ModelConfigReader.Read(recipe.Recipe.NamedModels()[0].Address);
        (torch.ScalarType type, string reason) = NumberTypeTrial.For(Devices.Parse(recipe.Recipe.Device, recipe.Where("device")), teacher);
        terminal.ErrorText.WriteLine($"precision: auto chose {reason}");
        return read(PrecisionChoice.With(overrides, type));
    }

    private static bool IsHarmless(string change)
    {
        string key = change[..change.IndexOf(':', StringComparison.Ordinal)];
        return _harmlessKeys.Any(harmless => key == harmless || key.StartsWith(harmless + ".", StringComparison.Ordinal));
    }

    private int Run(RunFolder run, bool explains)
    {
        ProfileShelf shelf = new(run.Path);
        try
        {
            LibTorch.EnsureLoaded();
            torch.Device device = Devices.Parse(Recipe.Device, _recipe.Where("device"));
            Placement placement = new(device, Precisions.Parse(Recipe.Precision, _recipe.Where("precision")));
            PreStudyMeasurement measurement = new(_terminal, Recipe, _samples, shelf, placement);
            measurement.Run(_models, _students);
            PreStudyReport report = Conclude(run, shelf, measurement);
            PreStudyFiles.Write(run.Path, report);
            ProposedRecipe? proposed = Propose(run, report);
            run.End(RunState.Finished, _samples.Driving.Count);
            new PreStudyTables(_terminal, report, proposed is not null).Write(explains);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            run.End(RunState.Cancelled, 0, "stopped by the user");
            _terminal.WriteRaw("Stopped. What was measured is kept.");
            _terminal.WriteRaw($"Go on: ./drivekd prestudy --resume {run.Path}");
            return ExitCode.Cancelled;
        }
        catch (InputException exception)
        {
            run.End(RunState.Failed, 0, exception.Message);
            throw;
        }
    }

    private PreStudyReport Conclude(RunFolder run, ProfileShelf shelf, PreStudyMeasurement measurement)
    {
        StudyAccumulator accumulator = new();
        foreach (PreStudyModel model in _models.Concat(_students))
        {
            foreach ((string data, int place, Sample sample) in measurement.All().Where(entry => shelf.Has(model, entry.Data, entry.Place)))
            {
                _terminal.Interrupted.ThrowIfCancellationRequested();
                accumulator.Add(shelf.Get(model, data, place, sample));
            }
        }

        StudyResult result = accumulator.Finish();
        Dictionary<Capability, IReadOnlyList<SignalPull>> pulls = (_students.Count == 0 ? [] : measurement.Pulled())
            .Select(place => (_samples.Driving[place].Capability, Pulls: shelf.Pulls(place) ?? []))
            .GroupBy(entry => entry.Capability).ToDictionary(group => group.Key, group => (IReadOnlyList<SignalPull>)[.. group.SelectMany(entry => entry.Pulls)]);
        PreStudyModel teacher = _models[0];
        BuildInfo build = BuildInfo.OfThisProgram;
        Dictionary<Capability, int> counts = _samples.Driving.GroupBy(sample => sample.Capability).ToDictionary(group => group.Key, group => group.Count());
        return new PreStudyReport
        {
            Recipe = Recipe,
            Models = [.. _models.Select(model => (model.Name, model.Layers))],
            StudentLayers = _students.Count == 0 ? null : _students[0].Layers,
            Result = result,
            Pulls = pulls,
            Proposals =
            [
                .. counts.Keys.Order().Select(capability => SignalRules.Choose(
                    capability,
                    EvidenceTable.Of(result, teacher.Name, teacher.Layers, capability, Recipe.Representation, pulls.GetValueOrDefault(capability) ?? []),
                    Recipe.Proposal)),
            ],
            Samples = counts,
            Folder = run.Path,
            Program = $"drivekd {build.Version} ({build.Commit ?? "unknown"})",
            Device = DeviceName(),
            StartedAt = run.Status.StartedAt,
            MadeAt = TimeProvider.System.GetLocalNow(),
        };
    }

    /// <summary>Writes the proposed recipe, where there is a student to propose it for.</summary>
    private ProposedRecipe? Propose(RunFolder run, PreStudyReport report)
    {
        if (_students.Count == 0)
        {
            return null;
        }

        ProposedRecipe proposed = new()
        {
            Study = run.Path,
            Teacher = _models[0].Folder,
            TeacherLayers = _models[0].Layers,
            Student = _students[0].Folder,
            StudentLayers = _students[0].Layers,
            Data = Recipe.Data,
            Seed = Recipe.Seed,
            Signals = report.Proposals,
        };
        string file = Path.Combine(run.Path, PreStudyFiles.ProposalName);
        AtomicFile.WriteText(file, proposed.Write());
        // A recipe that could not be started must not be left to be found out by its reader.
        RecipeReader.Read<DistillRecipe>(file, []);
        return proposed;
    }

    private RunInputs Describe()
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        return new RunInputs
        {
            Version = build.Version,
            Commit = build.Commit ?? "unknown",
            Records = RunInputs.OfRecords([.. Recipe.Data.Records, .. Recipe.General?.Records ?? []]),
            Pictures = RunInputs.OfPictures(_samples.Driving.Concat(_samples.General)),
            Models = _models.Concat(_students).Select(model => model.Folder).Distinct().ToDictionary(folder => folder, RunInputs.OfModel),
        };
    }

    private string Scope()
    {
        string general = _samples.General.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {_samples.General.Count} general ones");
        int models = _models.Count + _students.Count;
        return string.Create(CultureInfo.InvariantCulture, $"{_samples.Driving.Count} driving samples{general}, {models} model{(models == 1 ? "" : "s")}");
    }

    private string DeviceName() => Devices.NameOf(Devices.Parse(Recipe.Device, _recipe.Where("device")));
}
