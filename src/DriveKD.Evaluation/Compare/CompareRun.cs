using System.Globalization;

namespace DriveKD.Evaluation.Compare;

/// <summary>One training of a comparison, and what its student is asked.</summary>
/// <param name="Stage">What it is for.</param>
/// <param name="Arm">The arm's name.</param>
/// <param name="Setting">The place of the tuning setting in the arm's list, from 0; null for the arm as it is.</param>
/// <param name="Size">Training samples of each capability; null for all.</param>
/// <param name="Seed">The run's seed.</param>
public sealed record CompareRun(CompareStage Stage, string Arm, int? Setting, int? Size, long Seed)
{
    /// <summary>Its name in files: no two runs of a comparison share it.</summary>
    public string Name
    {
        get
        {
            // A final run is the arm's whatever setting was chosen; which one, its result says.
            string size = Size is int samples ? string.Create(CultureInfo.InvariantCulture, $"_n{samples}") : "";
            string setting = Stage == CompareStage.Tuning ? string.Create(CultureInfo.InvariantCulture, $"_try{Setting + 1}") : "";
            return string.Create(CultureInfo.InvariantCulture, $"{(Stage == CompareStage.Tuning ? "tuning" : "final")}_{Arm}{size}{setting}_seed{Seed}");
        }
    }
}
