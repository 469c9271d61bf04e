namespace DriveKD.Pretraining.Assets;

/// <summary>What made one of the driving world's models.</summary>
public sealed record WorldModel
{
    /// <summary>The recipe, in full, as YAML.</summary>
    public required string Recipe { get; init; }

    /// <summary>The recipe's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>What was measured on held-out scenes, by name, for example <c>accuracy.color</c>.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }
}
