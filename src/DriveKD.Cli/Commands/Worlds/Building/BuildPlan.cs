using System.Globalization;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>The steps from nothing to the shipped models, in the order in which they begin where they can.</summary>
internal sealed class BuildPlan
{
    private const int Scenes = 24_000;

    // Of fewer scenes some capability has no question left once answers are balanced.
    private const int LeastScenes = 240;

    private readonly BuildSettings _settings;
    private readonly List<BuildStep> _steps = [];

    private BuildPlan(BuildSettings settings) => _settings = settings;

    /// <summary>The shipped models: the folder's name, the step that trains it, and its recipe's name.</summary>
    public static IReadOnlyList<(string Name, string Step, string Recipe)> Models { get; } =
    [
        ("perception", "perception", "teacher-perception"),
        ("reasoning", "reasoning", "teacher-reasoning"),
        ("planning", "planning", "teacher-planning"),
        ("student", "student-alignment", "student-alignment"),
    ];

    /// <summary>The steps.</summary>
    public IReadOnlyList<BuildStep> Steps => _steps;

    /// <summary>Makes the plan; nothing is written.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <exception cref="Data.Errors.InputException">A recipe is missing or faulty.</exception>
    public static BuildPlan Create(BuildSettings settings)
    {
        BuildPlan plan = new(settings);
        string data = plan.At("data");
        string start = plan.At("start");
        string sentences = plan.At("sentences.txt");
        string seed = settings.Seed.ToString(CultureInfo.InvariantCulture);
        string scenes = settings.Scaled(Scenes, LeastScenes).ToString(CultureInfo.InvariantCulture);

        plan.AddCommand(
            "data", [], 60, data,
            ["world", "generate", "--scenes", scenes, "--questions", scenes, "--splits", "20/1.5/2.5", "--references", "words", "--seed", seed, "--out", data]);
        plan._steps.Add(new BuildStep
        {
            Name = "sentences",
            After = ["data"],
            Seconds = plan.Scaled(8),
            Product = sentences,
            Work = cancellation => SentenceFile.Write(data, sentences, cancellation),
        });
        plan.AddCommand(
            "start", ["sentences"], 2, start, ["model", "create", "world-teacher", start, "--init", "training", "--tokenizer-text", sentences, "--seed", seed]);
        plan.AddRun("tower", ["start"], 380, StepRecipe.Tower(settings, plan.RecipeFile("tower"), start, plan.At("tower")));
        foreach (string model in (string[])["teacher", "student"])
        {
            string name = model + "-start";
            plan.AddCommand(
                name, ["tower"], 2, plan.At(name),
                ["model", "create", "world-" + model, plan.At(name), "--init", "training", "--tokenizer", start, "--tower", plan.FinalOf("tower"), "--seed", seed]);
        }

        foreach (string model in (string[])["teacher", "student"])
        {
            plan.AddFinetune(model + "-letters", model + "-letters", model + "-start", plan.At(model + "-start"), model == "teacher" ? 340 : 220);
        }

        plan.AddFinetune("teacher-captions", "teacher-captions", "teacher-letters", plan.FinalOf("teacher-letters"), 700);
        plan.AddFinetune("student-captions", "student-captions", "student-letters", plan.FinalOf("student-letters"), 500);
        plan.AddFinetune("teacher-alignment", "teacher-alignment", "teacher-captions", plan.FinalOf("teacher-captions"), 250);
        plan.AddFinetune("student-alignment", "student-alignment", "student-captions", plan.FinalOf("student-captions"), 180);
        plan.AddFinetune("teacher-joint", "teacher-joint", "teacher-alignment", plan.FinalOf("teacher-alignment"), 660);
        foreach ((string name, string step, string recipe) in Models.Where(model => model.Step != "student-alignment"))
        {
            plan.AddFinetune(step, recipe, "teacher-joint", plan.FinalOf("teacher-joint"), 190);
        }

        foreach ((string name, string step, _) in Models)
        {
            // What is shipped is what is asked: 16-bit weights.
            string copy = plan.CopyOf(name);
            plan.AddCommand(name + "-copy", [step], 2, copy, ["model", "convert", plan.FinalOf(step), copy, "--dtype", "bfloat16"]);
            plan.AddCommand(
                name + "-scores", [name + "-copy"], 50, plan.ScoresOf(name),
                [WorldScoresCommand.Name, copy, "--records", Path.Combine(data, "test.json"), "--images", data, "--out", plan.ScoresOf(name)]);
        }

        return plan;
    }

    /// <summary>A step by its name.</summary>
    public BuildStep Find(string name) => _steps.First(step => step.Name == name);

    /// <summary>The 16-bit copy of a shipped model.</summary>
    public string CopyOf(string model) => At(Path.Combine("copies", model));

    /// <summary>The folder of a shipped model's test figures.</summary>
    public string ScoresOf(string model) => At(Path.Combine("scores", model));

    /// <summary>The fingerprint of a step's resolved recipe: the same wherever the work folder lies.</summary>
    /// <param name="step">A step that trains.</param>
    public string RecipeHashOf(BuildStep step) =>
        ContentHashes.OfTexts(step.Recipe!.Resolve().Replace(_settings.Work, "WORK", StringComparison.Ordinal).Split('\n'));

    /// <summary>How a step's recipe is called in the repository.</summary>
    /// <param name="step">A step that trains.</param>
    public static string RecipeNameOf(BuildStep step) => "recipes/world/" + Path.GetFileName(step.Recipe!.File);

    private string At(string name) => Path.Combine(_settings.Work, name);

    private string FinalOf(string step) => Path.Combine(At(step), RunStore.ModelName);

    private string RecipeFile(string name) => Path.Combine(_settings.Recipes, "world", name + ".yaml");

    // Every step starts a process, and loads a library or a model.
    private double Scaled(double seconds) => 2 + (seconds * _settings.Scale);

    private void AddCommand(string name, IReadOnlyList<string> after, double seconds, string product, IReadOnlyList<string> command) =>
        _steps.Add(new BuildStep { Name = name, After = after, Seconds = Scaled(seconds), Product = product, Command = command });

    private void AddRun(string name, IReadOnlyList<string> after, double seconds, StepRecipe recipe) =>
        _steps.Add(new BuildStep { Name = name, After = after, Seconds = Scaled(seconds), Product = At(name), Command = recipe.Command, Recipe = recipe });

    private void AddFinetune(string name, string recipe, string after, string model, double seconds) =>
        AddRun(name, [after], seconds, StepRecipe.Finetune(_settings, RecipeFile(recipe), model, At(name), At("data")));
}
