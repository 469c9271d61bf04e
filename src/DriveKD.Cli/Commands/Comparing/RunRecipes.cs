using DriveKD.Cli.Commands.Training;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>The recipes of a comparison's runs: the one that all share, with what an arm and a setting change.</summary>
/// <param name="comparison">The comparison.</param>
internal sealed class RunRecipes(ResolvedRecipe<CompareRecipe> comparison)
{
    // Runs are short: one that is interrupted begins again, and needs no checkpoints.
    private const string CheckpointKey = "checkpoint.every";

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(comparison.File))!;

    /// <summary>Whether the recipe that all share is of <c>finetune</c>.</summary>
    public bool IsFinetune { get; } = IsOfFinetune(comparison.Recipe.Recipe);

    private CompareRecipe Comparison => comparison.Recipe;

    /// <summary>Reads a run's recipe.</summary>
    /// <param name="run">The run.</param>
    /// <param name="output">Its run folder.</param>
    /// <exception cref="InputException">The recipe refuses what the arm changes; arm and key are named.</exception>
    public ResolvedRecipe<DistillRecipe> Of(CompareRun run, string output)
    {
        CompareArm arm = Comparison.Arms.Single(arm => arm.Name == run.Arm);
        List<string> overrides = [.. ComparePlan.Overrides(Comparison, arm, run.Setting), FormattableString.Invariant($"seed={run.Seed}"), $"output='{output.Replace("'", "''", StringComparison.Ordinal)}'"];
        if (!overrides.Exists(text => text.StartsWith("checkpoint", StringComparison.Ordinal)))
        {
            overrides.Add($"{CheckpointKey}=0");
        }

        string name = run.Setting is int setting ? FormattableString.Invariant($"arm {arm.Name}, setting {setting + 1}") : $"arm {arm.Name}";
        ResolvedRecipe<DistillRecipe> recipe = Read(Comparison.Recipe, IsFinetune, overrides, new OverrideSource(name, _folder));
        PrecisionChoice.Require(recipe);
        return recipe;
    }

    /// <summary>Reads every arm with every setting, so that all that is wrong shows before anything runs.</summary>
    /// <exception cref="InputException">All problems, those of the shared recipe once.</exception>
    public void Check()
    {
        List<Problem> problems = [];
        foreach (CompareArm arm in Comparison.Arms)
        {
            foreach (int? setting in arm.Tune is null ? (int?[])[null] : [.. Enumerable.Range(0, arm.Tune.Count)])
            {
                try
                {
                    Of(new CompareRun(CompareStage.Final, arm.Name, setting, Size: null, Comparison.FinalSeeds()[0]), Comparison.Output);
                }
                catch (InputException exception)
                {
                    problems.AddRange(exception.Problems);
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new InputException([.. problems.Distinct()]);
        }
    }

    /// <summary>Reads a recipe of either kind.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isFinetune">Whether it is of <c>finetune</c>.</param>
    /// <param name="overrides">Keys that win over it.</param>
    /// <param name="source">Where they come from.</param>
    public static ResolvedRecipe<DistillRecipe> Read(string file, bool isFinetune, IReadOnlyList<string> overrides, OverrideSource? source) => isFinetune
        ? RecipeReader.Read<FinetuneRecipe>(file, overrides, source: source).As(recipe => recipe.ToDistillation(), FinetuneRecipe.KeyOf)
        : RecipeReader.Read<DistillRecipe>(file, overrides, source: source);

    /// <summary>Only a recipe of <c>finetune</c> has one model, under the key <c>model</c>.</summary>
    private static bool IsOfFinetune(string file) =>
        File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith("model:", StringComparison.Ordinal));
}
