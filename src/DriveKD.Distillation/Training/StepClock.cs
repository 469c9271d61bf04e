using System.Diagnostics;

namespace DriveKD.Distillation.Training;

/// <summary>Measures steps: rates and the time left follow the last steps, because those before a validation or an interruption say little.</summary>
internal sealed class StepClock
{
    private const int RecentSteps = 20;

    private readonly TrainingCounters _counters;
    private readonly int _totalSteps;
    private readonly double _earlierSeconds;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Queue<(double Seconds, int Samples, int Tokens)> _recent = [];
    private double _begin;

    /// <param name="counters">How far the run is; read when a step ends.</param>
    /// <param name="totalSteps">Optimizer steps of the whole run.</param>
    /// <param name="earlierSeconds">Seconds that the run took before it was interrupted.</param>
    public StepClock(TrainingCounters counters, int totalSteps, double earlierSeconds) =>
        (_counters, _totalSteps, _earlierSeconds) = (counters, totalSteps, earlierSeconds);

    public void BeginStep() => _begin = _watch.Elapsed.TotalSeconds;

    /// <summary>What the clock and the counters know of a step.</summary>
    /// <param name="tokens">Tokens of its samples.</param>
    /// <param name="samples">Its samples.</param>
    public TrainingProgress EndStep(int tokens, int samples)
    {
        double seconds = _watch.Elapsed.TotalSeconds - _begin;
        _recent.Enqueue((seconds, samples, tokens));
        if (_recent.Count > RecentSteps)
        {
            _recent.Dequeue();
        }

        double recent = Math.Max(1e-9, _recent.Sum(step => step.Seconds));
        return new TrainingProgress
        {
            Step = _counters.Step,
            TotalSteps = _totalSteps,
            Samples = _counters.Samples,
            Skipped = _counters.Skipped,
            Tokens = tokens,
            ResidentBytes = Environment.WorkingSet,
            StepSeconds = seconds,
            ElapsedSeconds = _earlierSeconds + _watch.Elapsed.TotalSeconds,
            SamplesPerSecond = _recent.Sum(step => step.Samples) / recent,
            TokensPerSecond = _recent.Sum(step => step.Tokens) / recent,
            RemainingSeconds = recent / _recent.Count * (_totalSteps - _counters.Step),
        };
    }
}
