using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Stores;

/// <summary>What came of making a run's targets ahead.</summary>
/// <param name="Made">Targets that were made.</param>
/// <param name="There">Targets that were there already.</param>
/// <param name="Store">What came of the folder.</param>
/// <param name="Numbers">How numbers were written.</param>
/// <param name="LargestError">The largest difference between a target and what was written of it, as a share of the target's largest number.</param>
public sealed record StoredTargets(int Made, int There, StoreCounts Store, StoredNumbers Numbers, double LargestError)
{
    /// <summary>Each teacher folder, in the order of the recipe.</summary>
    public required IReadOnlyList<StoredTeacher> Teachers { get; init; }

    /// <summary>What memory there was for it; null where that is not known.</summary>
    public long? AvailableBytes { get; init; }
}
