using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Cli.Commands.Planning;
using DriveKD.Cli.Commands.Training;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Memory;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd plan</c>: what a model needs to run, or a distillation to train, before anything is loaded.</summary>
internal static partial class PlanCommand
{
    private const int MostPixels = 1 << 20;
    private const int MostPictures = 1000;

    public static Command Create(Terminal terminal)
    {
        Argument<string?> subject = new("INPUT")
        {
            Description = "A recipe: what the training needs. A model folder (config.json is enough): what running it needs. Left out with --student.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string[]> overrides = new("key=value") { Description = "Keys of the recipe; they win over the file.", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> student = new("--student") { Description = "Plan the published recipe for this student, without a recipe file.", HelpName = "FOLDER" };
        Option<string[]> teachers = new("--teacher") { Description = "With --student: the teachers' folder for all capabilities, or one for each as perception=FOLDER.", HelpName = "FOLDER" };
        Option<int> samples = new("--samples") { Description = "With --student: samples, seen once.", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        Option<int?> pictures = new("--pictures") { Description = "Pictures of a question; 6 for running, 1 for training if not given.", HelpName = "N" };
        Option<string> size = new("--size") { Description = "Pixels of a picture, for its tiles.", HelpName = "WxH", DefaultValueFactory = _ => "1600x900" };
        Option<int?> tiles = new("--tiles") { Description = "Most tiles a picture is cut into, a thumbnail not counted; the model's own if not given. Training always takes one square.", HelpName = "N" };
        Option<long?> minPixels = PixelOptions.Min();
        Option<long?> maxPixels = PixelOptions.Max();
        Option<int> text = new("--text-tokens") { Description = "Tokens of a question beside its pictures.", HelpName = "N", DefaultValueFactory = _ => 256 };
        Option<int> answer = new("--answer-tokens") { Description = "Tokens of an answer.", HelpName = "N", DefaultValueFactory = _ => 128 };
        Option<string?> precision = new("--precision") { Description = "float32 or bfloat16; what config.json names, or bfloat16 with --student, if not given.", HelpName = "NAME" };
        Option<string?> gpu = new("--gpu") { Description = $"One of {string.Join(", ", DevicePreset.All.Select(preset => preset.Name))}.", HelpName = "NAME" };
        Option<double?> tflops = new("--tflops") { Description = "Peak of dense matrix products, in 10^12 operations per second.", HelpName = "X" };
        Option<double?> bandwidth = new("--bandwidth") { Description = "Memory bandwidth, in GB per second.", HelpName = "X" };
        Option<double?> memory = new("--device-memory") { Description = "Memory of the device, in GB.", HelpName = "GB" };
        Option<double?> efficiency = new("--efficiency") { Description = "Share of the peak that is reached; 0.5 is assumed.", HelpName = "X" };
        Option<bool> json = new("--json") { Description = "Print one JSON document." };
        Command command = new(
            "plan",
            "Compute what running a model or a distillation takes: memory, operations, hours. Nothing is loaded. "
            + "Exit code 0: it fits, or no memory was named; 1: it does not fit.")
        {
            subject, overrides, student, teachers, samples, pictures, size, tiles, minPixels, maxPixels, text, answer, precision, gpu, tflops, bandwidth, memory, efficiency, json,
        };
        command.SetAction(parse => Run(terminal, Check(new PlanSettings
        {
            Subject = parse.GetValue(subject),
            Overrides = parse.GetValue(overrides) ?? [],
            Student = parse.GetValue(student),
            Teachers = parse.GetValue(teachers) ?? [],
            Samples = parse.GetValue(samples),
            Pictures = parse.GetValue(pictures),
            Size = ReadSize(parse.GetValue(size)!),
            Tiles = parse.GetValue(tiles),
            Limits = new PixelLimits(parse.GetValue(minPixels), parse.GetValue(maxPixels)),
            TextTokens = parse.GetValue(text),
            AnswerTokens = parse.GetValue(answer),
            Precision = parse.GetValue(precision),
            Device = new PlanDevice
            {
                Gpu = parse.GetValue(gpu),
                Tflops = parse.GetValue(tflops),
                Bandwidth = parse.GetValue(bandwidth),
                Memory = parse.GetValue(memory),
                Efficiency = parse.GetValue(efficiency),
            },
            AsJson = parse.GetValue(json),
        })));
        return command;
    }

    private static PlanSettings Check(PlanSettings settings)
    {
        ProblemList problems = new();
        problems.AddRange(settings.Device.Check());
        if (settings.Subject is null == settings.Student is null)
        {
            problems.Add("INPUT", settings.Subject is null
                ? "is missing: drivekd plan RECIPE.yaml, drivekd plan FOLDER, or drivekd plan --student FOLDER --teacher FOLDER."
                : "stands beside --student; give one of them.");
        }

        if (settings.Teachers.Count > 0 && settings.Student is null)
        {
            problems.Add("--teacher", "stands without --student; a recipe names its teachers itself.");
        }

        foreach ((string option, long? value, long least, long most) in (IEnumerable<(string, long?, long, long)>)[
            ("--samples", settings.Samples, 1, int.MaxValue), ("--pictures", settings.Pictures, 0, MostPictures), ("--tiles", settings.Tiles, 1, DynamicTiling.MostTiles),
            ("--text-tokens", settings.TextTokens, 1, int.MaxValue), ("--answer-tokens", settings.AnswerTokens, 1, int.MaxValue)])
        {
            if (value < least || value > most)
            {
                problems.Add(option, FormattableString.Invariant($"is {value}; {least} to {most} is expected."));
            }
        }

        if (settings.Precision is not (null or "float32" or "bfloat16"))
        {
            problems.Add("--precision", $"'{settings.Precision}' is no precision; float32 or bfloat16 is expected.");
        }

        problems.ThrowIfAny();
        return settings;
    }

    private static int Run(Terminal terminal, PlanSettings settings)
    {
        if (settings.Subject is string subject)
        {
            return Directory.Exists(subject) ? PlanRunning(terminal, settings, subject) : PlanRecipe(terminal, settings, subject);
        }

        PlannedModel student = PlannedModel.Read(
            settings.Student!, settings.Precision == "float32" ? 4 : 2, settings.Limits, config => config.Pictures.LayoutOf(settings.Size.Width, settings.Size.Height));
        DistillRecipe recipe = new()
        {
            Output = string.Empty,
            Precision = settings.Precision == "float32" ? Precision.Float32 : Precision.Bfloat16,
            Models = new ModelSettings { Student = settings.Student!, Teachers = ReadTeachers(settings.Teachers) },
            Data = new DataSettings { Records = [], Images = string.Empty },
            Train = new TrainSettings { Epochs = 1 },
        };
        if (recipe.FindBreaches().FirstOrDefault() is not null)
        {
            // Without any teacher it is supervised training.
            recipe = settings.Teachers.Count == 0
                ? new FinetuneRecipe { Output = string.Empty, Precision = recipe.Precision, Model = settings.Student!, Data = recipe.Data, Train = recipe.Train }.ToDistillation()
                : throw new InputException("--teacher", "does not name a folder for every capability: perception=FOLDER, reasoning=FOLDER and planning=FOLDER, or one folder for all.");
        }

        return PlanTraining(terminal, settings, recipe, settings.Limits, key => key, student, PlannedSamples.Uniform(settings, student.Shape), stored: []);
    }

    private static int PlanRunning(Terminal terminal, PlanSettings settings, string folder)
    {
        if (settings.Overrides.Count > 0)
        {
            throw new InputException(settings.Overrides[0], "is a key of a recipe, but a model folder was named.");
        }

        PictureLayout LayoutOf(ModelConfig config) =>
            config.PicturesOf(settings.Tiles ?? config.MostTiles).LayoutOf(settings.Size.Width, settings.Size.Height);

        PlannedModel model = PlannedModel.Read(folder, settings.Precision is null ? null : settings.Precision == "float32" ? 4 : 2, settings.Limits, LayoutOf);
        Workload workload = new()
        {
            Pictures = settings.Pictures ?? 6,
            UnitsPerPicture = LayoutOf(model.Config).Tiles,
            TextTokens = settings.TextTokens,
            AnswerTokens = settings.AnswerTokens,
        };
        RunningPlan plan = RunningPlan.Of(model.Shape, workload, settings.Device.Numbers(model.Shape.BytesPerValue == 4));
        if (settings.AsJson)
        {
            terminal.WriteRaw(PlanJson.Write(plan, settings.Device.MemoryBytes));
        }
        else
        {
            PlanText.Write(terminal, plan, settings);
        }

        return Code(plan.MemoryBytes, settings);
    }

    private static int PlanRecipe(Terminal terminal, PlanSettings settings, string file)
    {
        ResolvedRecipe<DistillRecipe> recipe = ReadRecipe(file, settings.Overrides);
        if (recipe.Recipe.Precision == Precision.Auto)
        {
            terminal.ErrorText.WriteLine("precision: auto is planned as float32, the larger; a run measures which type is faster");
            recipe = ReadRecipe(file, PrecisionChoice.With(settings.Overrides, TorchSharp.torch.ScalarType.Float32));
        }

        if (!settings.Limits.AreOwn)
        {
            throw new InputException("--min-pixels, --max-pixels", "stand beside a recipe, which says itself how large pictures are; write data.min_pixels=N or data.max_pixels=N.");
        }

        DataSettings data = recipe.Recipe.Data;
        PlannedModel student = PlannedModel.Read(
            recipe.Recipe.Models.Student,
            PlannedDistillation.BytesOf(recipe.Recipe.Precision),
            data.PixelLimits(),
            where: (recipe.Where("data.min_pixels"), recipe.Where("data.max_pixels")));
        PlannedSamples samples = PlannedSamples.Read(terminal, recipe, student);
        return PlanTraining(terminal, settings, recipe.Recipe, data.PixelLimits(), recipe.Where, student, samples, PlannedTargets.Find(terminal, recipe, samples.Samples));
    }

    private static ResolvedRecipe<DistillRecipe> ReadRecipe(string file, IReadOnlyList<string> overrides) => IsFinetune(file)
        ? RecipeReader.Read<FinetuneRecipe>(file, overrides).As(finetune => finetune.ToDistillation(), FinetuneRecipe.KeyOf)
        : RecipeReader.Read<DistillRecipe>(file, overrides);

    private static int PlanTraining(
        Terminal terminal,
        PlanSettings settings,
        DistillRecipe recipe,
        PixelLimits limits,
        Func<string, string> where,
        PlannedModel student,
        PlannedSamples samples,
        IReadOnlyCollection<Capability> stored)
    {
        Dictionary<string, PlannedModel> teachers = Enum.GetValues<Capability>().Where(recipe.UsesTeacher).Select(role => recipe.Models.Teachers[role]!).Distinct()
            .ToDictionary(folder => folder, folder => PlannedModel.Read(folder, student.Shape.BytesPerValue, limits));
        Problem[] unfit =
        [
            .. Enum.GetValues<Capability>().Where(recipe.UsesTeacher)
                .Select(role => (Role: role, Folder: recipe.Models.Teachers[role]!, Why: teachers[recipe.Models.Teachers[role]!].Config.CannotShareSequences(student.Config)))
                .Where(teacher => teacher.Why is not null).DistinctBy(teacher => teacher.Folder)
                .Select(teacher => new Problem(
                    where($"models.teachers.{teacher.Role.ToString().ToLowerInvariant()}"), $"{teacher.Folder} {teacher.Why}. The other is the student, {recipe.Models.Student}.")),
        ];
        if (unfit.Length > 0)
        {
            throw new InputException(unfit);
        }

        DistillationWork work = PlannedDistillation.WorkOf(recipe, where, student, teachers, samples, out IReadOnlyDictionary<string, TeacherWork> teacherWork);
        Dictionary<string, ModelConfig> configs = teachers.ToDictionary(entry => entry.Key, entry => entry.Value.Config);
        PlannedTargets targets = PlannedTargets.Decide(recipe, student.Config, configs, samples, stored, settings.Device.MemoryBytes);
        IReadOnlyList<MemoryPart> memory = TrainingMemory.Estimate(recipe, student.Config, configs, samples.Shares.Keys, samples.Longest, targets.Ahead);
        // What lies in the process's own memory does not burden a device; the framework's share there is the plan's.
        PlanPart[] onDevice = [.. memory.Where(part => !part.IsOnHost).Select(part => new PlanPart(part.Name, part.Bytes, part.Formula))];
        DistillationWork ofRun = work with { Teachers = [.. teacherWork.Where(entry => !IsAhead(entry.Key)).Select(entry => entry.Value)] };
        DistillationPlan plan = DistillationPlan.Of(ofRun, onDevice, settings.Device.Numbers(student.Shape.BytesPerValue == 4)) with
        {
            Targets = targets.ToPlan(teacherWork, samples),
        };
        if (settings.AsJson)
        {
            terminal.WriteRaw(PlanJson.Write(plan, targets.Stored, settings.Device.MemoryBytes));
        }
        else
        {
            PlanText.Write(terminal, plan, targets.Stored, settings);
        }

        return Code(plan.PeakBytes, settings);

        bool IsAhead(string folder) =>
            Enum.GetValues<Capability>().Where(role => recipe.UsesTeacher(role) && recipe.Models.Teachers[role] == folder).All(targets.Ahead.Contains);
    }

    private static int Code(double bytes, PlanSettings settings) => bytes > settings.Device.MemoryBytes ? ExitCode.CheckFailed : ExitCode.Done;

    private static TeacherSettings ReadTeachers(IReadOnlyList<string> texts)
    {
        TeacherSettings teachers = new();
        foreach (string text in texts)
        {
            (string? role, string folder) = text.Split('=', 2) is [string name, string path] && Enum.TryParse<Capability>(name, ignoreCase: true, out _) ? (name.ToLowerInvariant(), path) : (null, text);
            teachers = role switch
            {
                "perception" => teachers with { Perception = folder },
                "reasoning" => teachers with { Reasoning = folder },
                "planning" => teachers with { Planning = folder },
                _ => new TeacherSettings { Perception = teachers.Perception ?? folder, Reasoning = teachers.Reasoning ?? folder, Planning = teachers.Planning ?? folder },
            };
        }

        return teachers;
    }

    private static (int Width, int Height) ReadSize(string text)
    {
        string[] sides = text.Split('x');
        return sides.Length == 2
            && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is > 0 and <= MostPixels
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height) && height is > 0 and <= MostPixels
                ? (width, height)
                : throw new InputException("--size", $"is '{text}'; width x height in pixels is expected, such as 1600x900.");
    }

    /// <summary>A recipe of <c>drivekd finetune</c> names its model where one of <c>drivekd distill</c> names several.</summary>
    private static bool IsFinetune(string file)
    {
        try
        {
            return File.Exists(file) && ModelKey().IsMatch(File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The recipe's reader says what is wrong with the file.
            return false;
        }
    }

    [GeneratedRegex(@"^model\s*:", RegexOptions.Multiline)]
    private static partial Regex ModelKey();
}
