using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Weighting;

/// <summary>AdamW without decay over one number per task: betas 0.9 and 0.99, epsilon 1e-8, as the authors' trainer moves its weights.</summary>
/// <param name="learningRate">Its own rate, not that of the student.</param>
internal sealed class ScalarAdamW(double learningRate)
{
    private const double FirstBeta = 0.9;
    private const double SecondBeta = 0.99;
    private const double Epsilon = 1e-8;

    private readonly Dictionary<TrainingTask, (double Mean, double Square, double Steps)> _moments = [];

    /// <summary>The number after one step.</summary>
    /// <param name="task">Whose number.</param>
    /// <param name="value">The number before.</param>
    /// <param name="gradient">The objective's derivative with respect to it.</param>
    public double Step(TrainingTask task, double value, double gradient)
    {
        (double mean, double square, double steps) = _moments.GetValueOrDefault(task);
        mean = (FirstBeta * mean) + ((1 - FirstBeta) * gradient);
        square = (SecondBeta * square) + ((1 - SecondBeta) * gradient * gradient);
        steps++;
        _moments[task] = (mean, square, steps);
        double denominator = Math.Sqrt(square / (1 - Math.Pow(SecondBeta, steps))) + Epsilon;
        return value - (learningRate * (mean / (1 - Math.Pow(FirstBeta, steps))) / denominator);
    }

    /// <summary>Adds the moments to what is saved.</summary>
    /// <param name="state">Numbers by name.</param>
    public void Save(Dictionary<string, double> state)
    {
        foreach ((TrainingTask task, (double mean, double square, double steps)) in _moments)
        {
            state.Add(TaskWeights.NameOf("mean", task), mean);
            state.Add(TaskWeights.NameOf("square", task), square);
            state.Add(TaskWeights.NameOf("steps", task), steps);
        }
    }

    /// <summary>Takes the moments back; a task that had taken no step has none.</summary>
    /// <param name="state">Numbers by name.</param>
    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        _moments.Clear();
        foreach (TrainingTask task in TrainingTasks.All.Where(task => state.ContainsKey(TaskWeights.NameOf("steps", task))))
        {
            _moments.Add(task, (state.Saved("mean", task), state.Saved("square", task), state.Saved("steps", task)));
        }
    }
}
