namespace DriveKD.Pretraining.Assets;

/// <summary>What made one of the driving world's models.</summary>
public sealed record WorldModel
{
    /// <summary>The recipe of its last training, as the repository names it, for example <c>recipes/world/teacher-planning.yaml</c>.</summary>
    public required string Recipe { get; init; }

    /// <summary>SHA-256 of the recipe in full, with every key, the folder of the build left out.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>The recipe's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>What was measured on test scenes, by name, for example <c>exact.planning</c>: the share of answers whose decisive words are right.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>Of how many questions each figure is, by the same names.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }
}
