using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// The coefficients of the last exact combination, for the steps until the next: there one backward pass of the losses, each times its
/// coefficient, takes the place of one pass per task. Samples that mix their teachers in another way have coefficients of their own.
/// </summary>
/// <param name="refresh">Every so many optimizer steps one is exact, at least 2.</param>
internal sealed class LazyCoefficients(int refresh) : IResumable
{
    private const string AgeName = "age";

    private readonly Dictionary<string, Dictionary<TrainingTask, double>> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<IReadOnlyDictionary<TrainingTask, double>>> _seen = new(StringComparer.Ordinal);
    private readonly int _refresh = refresh;
    private int _age = int.MaxValue;

    /// <summary>The next step may use what is known.</summary>
    public bool IsDue => _known.Count == 0 || _age >= _refresh;

    /// <summary>Remembers a combination of the present, exact step.</summary>
    /// <param name="kind">What samples it speaks for.</param>
    /// <param name="report">How it came about.</param>
    public void Learn(string kind, UpdateReport report)
    {
        if (!_seen.TryGetValue(kind, out List<IReadOnlyDictionary<TrainingTask, double>>? seen))
        {
            _seen.Add(kind, seen = []);
        }

        seen.Add(Enumerable.Range(0, report.Tasks.Count).ToDictionary(i => report.Tasks[i], i => report.Combination[0, i]));
    }

    /// <summary>The coefficients for samples of a kind; null where none was seen yet.</summary>
    /// <param name="kind">The kind.</param>
    public IReadOnlyDictionary<TrainingTask, double>? Of(string kind) => _known.GetValueOrDefault(kind);

    /// <summary>Ends an exact step: what it showed holds from now on; kinds that it did not have keep what they had.</summary>
    /// <returns>The largest change of a coefficient; null where nothing was known before.</returns>
    public double? Renew()
    {
        double? drift = null;
        foreach ((string kind, List<IReadOnlyDictionary<TrainingTask, double>> seen) in _seen)
        {
            Dictionary<TrainingTask, double> means = seen.SelectMany(one => one).GroupBy(pair => pair.Key)
                .ToDictionary(group => group.Key, group => group.Average(pair => pair.Value));
            if (_known.TryGetValue(kind, out Dictionary<TrainingTask, double>? before))
            {
                double change = means.Where(pair => before.ContainsKey(pair.Key)).Select(pair => Math.Abs(pair.Value - before[pair.Key])).DefaultIfEmpty(0).Max();
                drift = Math.Max(drift ?? 0, change);
            }

            _known[kind] = means;
        }

        _seen.Clear();
        _age = 1;
        return drift;
    }

    /// <summary>Ends a step that used what is known.</summary>
    public void Age() => _age++;

    public IReadOnlyDictionary<string, double> Save()
    {
        Dictionary<string, double> state = new() { [AgeName] = _age };
        foreach ((string kind, Dictionary<TrainingTask, double> coefficients) in _known)
        {
            foreach ((TrainingTask task, double value) in coefficients)
            {
                state.Add($"{kind}|{TrainingTasks.KeyOf(task)}", value);
            }
        }

        return state;
    }

    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        _known.Clear();
        _seen.Clear();
        _age = (int)state[AgeName];
        foreach ((string name, double value) in state.Where(entry => entry.Key != AgeName))
        {
            int cut = name.LastIndexOf('|');
            if (!_known.TryGetValue(name[..cut], out Dictionary<TrainingTask, double>? coefficients))
            {
                _known.Add(name[..cut], coefficients = []);
            }

            coefficients.Add(TrainingTasks.All.Single(task => TrainingTasks.KeyOf(task) == name[(cut + 1)..]), value);
        }
    }
}
