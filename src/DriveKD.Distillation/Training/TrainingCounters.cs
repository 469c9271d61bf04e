namespace DriveKD.Distillation.Training;

/// <summary>How far a run is, and how its validations went.</summary>
internal sealed class TrainingCounters : IResumable
{
    /// <summary>Optimizer steps done.</summary>
    public int Step { get; set; }

    /// <summary>Samples seen.</summary>
    public long Samples { get; set; }

    /// <summary>Samples left out because a loss or gradient was no number.</summary>
    public long Skipped { get; set; }

    /// <summary>The step of the best validation so far; 0 before the first.</summary>
    public int BestStep { get; set; }

    /// <summary>Its score; higher is better.</summary>
    public double BestScore { get; set; } = double.NegativeInfinity;

    /// <summary>Validations since then.</summary>
    public int ValidationsSinceBest { get; set; }

    /// <summary>Takes a validation's score.</summary>
    /// <param name="score">Higher is better; one that is no number is never the best.</param>
    /// <returns>It is the best so far.</returns>
    public bool IsBest(double score)
    {
        if (score > BestScore)
        {
            (BestScore, BestStep, ValidationsSinceBest) = (score, Step, 0);
            return true;
        }

        ValidationsSinceBest++;
        return false;
    }

    public IReadOnlyDictionary<string, double> Save() => new Dictionary<string, double>
    {
        ["step"] = Step,
        ["samples"] = Samples,
        ["skipped"] = Skipped,
        ["best_step"] = BestStep,
        ["best_score"] = BestScore,
        ["validations_since_best"] = ValidationsSinceBest,
    };

    public void Restore(IReadOnlyDictionary<string, double> state) =>
        (Step, Samples, Skipped, BestStep, BestScore, ValidationsSinceBest) = (
            (int)state["step"], (long)state["samples"], (long)state["skipped"], (int)state["best_step"], state["best_score"], (int)state["validations_since_best"]);
}
