using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Results;

/// <summary>One model.</summary>
public sealed record ModelResult
{
    /// <summary>The model.</summary>
    public required NamedModel Model { get; init; }

    /// <summary>The passes, in the recipe's order.</summary>
    public required IReadOnlyList<PassResult> Passes { get; init; }

    /// <summary>Every pass against the clean one; empty without a clean pass or with it alone.</summary>
    public required IReadOnlyList<RobustnessRow> Robustness { get; init; }

    /// <summary>Why it could not go on; null where it could.</summary>
    public required string? GivenUp { get; init; }

    /// <summary>The mean, over the faults, of the points lost against clean pictures; null where there is none. Passes without a score are left out.</summary>
    public double? MeanDrop => FaultChanges.Length == 0 ? null : -FaultChanges.Average();

    /// <summary>The faults that <see cref="MeanDrop"/> is the mean over.</summary>
    public int Faults => FaultChanges.Length;

    /// <summary>The share of the points on clean pictures that are kept without any picture: how much is answered from the text alone.</summary>
    public double? TextShare =>
        Robustness.FirstOrDefault(row => row.Pass.Corruption.Info.Kind == CorruptionKind.NoImage)?.Pass.Score is double blind
        && Clean?.Score is double seeing and > 0
            ? blind / seeing
            : null;

    /// <summary>The pass on clean pictures, or null.</summary>
    public PassResult? Clean => Passes.FirstOrDefault(pass => pass.Corruption == CorruptionChoice.Clean);

    private double[] FaultChanges => [.. Robustness.Where(row => row.Pass.Corruption.IsFault).Select(row => row.Change).OfType<double>()];
}
