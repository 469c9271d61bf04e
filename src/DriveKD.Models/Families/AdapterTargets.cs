using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Recipes;

namespace DriveKD.Models.Families;

/// <summary>The decoder's matrices that can carry a low-rank adapter, and the adapters' names.</summary>
public static class AdapterTargets
{
    /// <summary>What stands behind a matrix's name in that of its adapter's A.</summary>
    public const string AEnding = ".lora_A";

    /// <summary>What stands behind a matrix's name in that of its adapter's B.</summary>
    public const string BEnding = ".lora_B";

    private const string WeightEnding = ".weight";

    /// <summary>What of the settings does not fit a model; nothing where no adapter is asked for. Each problem names the recipe's key.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="settings">What is asked for.</param>
    public static IReadOnlyList<Problem> Check(ModelConfig config, LoraSettings settings)
    {
        if (settings.Rank == 0)
        {
            return [];
        }

        // Every layer has the same shapes.
        Dictionary<string, long[]> shapes = config.Family.Expected(config with { Language = config.Language with { Layers = 1 } })
            .Where(tensor => tensor.Shape.Length == 2 && config.Family.Names.IsOfLayers(tensor.Name))
            .ToDictionary(tensor => tensor.Name[..^WeightEnding.Length].Split('.')[^1], tensor => tensor.Shape);
        List<Problem> problems = [];
        foreach (string target in settings.Targets.Distinct())
        {
            if (!shapes.TryGetValue(target, out long[]? shape))
            {
                problems.Add(new Problem(
                    "train.lora.targets", $"'{target}' is no matrix of a decoder layer; those are {string.Join(", ", shapes.Keys)}."));
            }
            else if (settings.Rank > shape.Min())
            {
                problems.Add(new Problem(
                    "train.lora.rank", $"{settings.Rank} is more than {target} allows: its matrix is {TensorShape.Format(shape)}, of rank {shape.Min()} at most."));
            }
        }

        return problems;
    }

    /// <summary>The names of the adapters that a model gets; none where none is asked for.</summary>
    /// <param name="names">How the model's family names parts.</param>
    /// <param name="parameters">The names of the model's parameters.</param>
    /// <param name="settings">What is asked for.</param>
    public static IReadOnlyList<string> Names(ParameterNames names, IReadOnlyList<string> parameters, LoraSettings settings) => settings.Rank == 0
        ? []
        :
        [
            .. parameters.Where(name => name.EndsWith(WeightEnding, StringComparison.Ordinal)).Select(name => name[..^WeightEnding.Length])
                .Where(module => IsTarget(names, module, settings.Targets)).SelectMany(module => (string[])[module + AEnding, module + BEnding]),
        ];

    /// <summary>Whether a module of this name gets an adapter.</summary>
    internal static bool IsTarget(ParameterNames names, string module, IReadOnlyList<string> targets) =>
        names.IsOfLayers(module) && targets.Contains(module[(module.LastIndexOf('.') + 1)..]);
}
