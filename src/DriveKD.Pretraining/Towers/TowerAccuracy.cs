namespace DriveKD.Pretraining.Towers;

/// <summary>How well a tower sees held-out pictures.</summary>
/// <param name="Loss">The mean weighted loss.</param>
/// <param name="Heads">By head: the share of labels that it finds; NaN where there was none to find. Of image tokens only those that show something are asked.</param>
public sealed record TowerAccuracy(double Loss, IReadOnlyDictionary<string, double> Heads);
