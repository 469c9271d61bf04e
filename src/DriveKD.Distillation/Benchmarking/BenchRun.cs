using System.Diagnostics;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Models.Measurement;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>The measurements of one run, one after the other: what an earlier one kept, a later one reads.</summary>
/// <param name="settings">Shape and samples.</param>
/// <param name="models">Student and teacher; left to the caller.</param>
/// <param name="progress">Told before every step.</param>
/// <param name="cancellation">Ends the run before the next step.</param>
internal sealed class BenchRun(BenchSettings settings, BenchModels models, IProgress<BenchProgress>? progress, CancellationToken cancellation)
{
    // Rough multiples of a warm step, for the time that is left.
    private const double PublishedCost = 8;
    private const double FrozenCost = 4;
    private const double ColdCost = 2;

    // Tensors with less of the gradient than that are rounding: biases of keys, which no attention weight depends on.
    private const double LeastShare = 1e-3;

    private readonly IReadOnlyList<EncodedSample> _samples = BenchSamples.Draw(settings.Shape, settings.Samples, settings.Seed);
    private readonly List<BenchLeg> _legs = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _done;
    private double _doneCost;
    private double _announcedCost;

    public BenchSettings Settings => settings;

    public IReadOnlyList<BenchLeg> Legs => _legs;

    /// <summary>How far the engine's gradient is from the plain one; null where one of them is missing.</summary>
    public (double Largest, double Whole)? Agreement { get; private set; }

    private int Total => (settings.RunsPublished ? 2 : 0) + 1 + (3 * settings.Rounds) + 2;

    private double TotalCost => (settings.RunsPublished ? PublishedCost + FrozenCost : 0) + ColdCost + (3 * settings.Rounds) + 2;

    /// <summary>Makes all measurements, or as many as come before an interruption.</summary>
    public void Measure()
    {
        Dictionary<string, Tensor> plain = [];
        try
        {
            if (settings.RunsPublished)
            {
                Published(BenchFigures.Published, "the published schedule, tower and projector trained", trainsTower: true, plain: null);
                Published(BenchFigures.PublishedFrozen, "the published schedule, tower and projector frozen", trainsTower: false, plain);
            }

            Engine(plain);
        }
        finally
        {
            foreach (Tensor gradient in plain.Values)
            {
                gradient.Dispose();
            }
        }
    }

    private void Published(string name, string explanation, bool trainsTower, Dictionary<string, Tensor>? plain)
    {
        if (!Announce(explanation, trainsTower ? PublishedCost : FrozenCost))
        {
            return;
        }

        using ResidentWatch memory = ResidentWatch.Start();
        using PublishedSchedule schedule = new(models, trainsTower, _samples.Count, EngineSchedule.Order(settings));
        PhaseClock clock = new(models.Student.Placement.Device);
        foreach (EncodedSample sample in _samples)
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            schedule.Add(sample, clock);
        }

        Dictionary<StepPhase, double> seconds = new(clock.Seconds());
        foreach ((string parameter, Tensor? gradient) in schedule.Update)
        {
            if (plain is not null && gradient is not null)
            {
                plain.Add(parameter, gradient.to(ScalarType.Float32, CPU, copy: true).DetachFromDisposeScope());
            }
        }

        PhaseClock last = new(models.Student.Placement.Device);
        schedule.Finish(last);
        foreach ((StepPhase phase, double more) in last.Seconds())
        {
            seconds[phase] = seconds.GetValueOrDefault(phase) + more;
        }

        Add(name, explanation, [seconds], memory.PeakBytes);
    }

    private void Engine(Dictionary<string, Tensor> plain)
    {
        using PictureFeatures features = EngineSchedule.Features();
        using (EngineSchedule cold = new(models, settings, features, keptTargets: null, refresh: 1))
        {
            models.CutTeacher(cold.TeacherDepth);
            Repeat(cold, BenchFigures.Cold, "the engine, first pass: towers and teacher run", rounds: 1, update => Compare(plain, update));
            Repeat(cold, BenchFigures.WarmFeatures, "the engine, features of the towers kept", settings.Rounds);
        }

        using KeptTargets targets = EngineSchedule.Targets();
        using (EngineSchedule small = new(models, settings, features, targets, refresh: 1, savesMemory: true))
        {
            if (Announce("the teacher, whose targets are kept"))
            {
                small.KeepTargets(_samples);
                models.ReleaseTeacher();
            }

            Repeat(small, BenchFigures.SmallMemory, "the engine, targets kept, activations made again, gradients waiting in bfloat16", rounds: 1);
        }

        const string Exact = "the engine, targets of the teachers kept: none of them is in memory";
        RoundList exact = new();
        using (EngineSchedule warm = new(models, settings, features, targets, refresh: 1))
        {
            exact.Take(Rounds(warm, Exact, settings.Rounds - 1, update: null));
        }

        // Its first step is exact, it is due again never: a last round of the one, then those of the other.
        using EngineSchedule lazy = new(models, settings, features, targets, refresh: int.MaxValue);
        exact.Take(Rounds(lazy, Exact, rounds: 1, update: null));
        if (exact.Rounds.Count == settings.Rounds)
        {
            Add(BenchFigures.WarmTargets, Exact, exact.Rounds, exact.PeakBytes);
            Lazy(lazy, _legs[^1]);
        }
    }

    private void Lazy(EngineSchedule lazy, BenchLeg exact)
    {
        if (Rounds(lazy, "the engine, coefficients used again", settings.Rounds, update: null) is not RoundList measured)
        {
            return;
        }

        // A refresh of N is one exact step and N - 1 lazy ones.
        double share = 1.0 / settings.Refresh;
        IReadOnlyDictionary<StepPhase, double>[] composed =
        [
            .. measured.Rounds.Select(round => (IReadOnlyDictionary<StepPhase, double>)Enum.GetValues<StepPhase>()
                .ToDictionary(phase => phase, phase => (share * exact.Phases.GetValueOrDefault(phase) * _samples.Count) + ((1 - share) * round.GetValueOrDefault(phase)))),
        ];
        Add(
            BenchFigures.LazyWarmTargets,
            FormattableString.Invariant($"the same with gradients.refresh: {settings.Refresh}, composed of exact and lazy steps"),
            composed,
            measured.PeakBytes);
    }

    private void Repeat(
        EngineSchedule schedule, string name, string explanation, int rounds, Action<IReadOnlyDictionary<string, Tensor?>>? update = null)
    {
        if (Rounds(schedule, explanation, rounds, update) is RoundList measured)
        {
            Add(name, explanation, measured.Rounds, measured.PeakBytes);
        }
    }

    private RoundList? Rounds(
        EngineSchedule schedule, string explanation, int rounds, Action<IReadOnlyDictionary<string, Tensor?>>? update)
    {
        using ResidentWatch memory = ResidentWatch.Start();
        RoundList measured = new();
        for (int round = 0; round < rounds && Announce(explanation, update is null ? 1 : ColdCost); round++)
        {
            PhaseClock clock = new(models.Student.Placement.Device);
            IReadOnlyDictionary<StepPhase, double>? beforeOptimizer = null;
            schedule.Step(_samples, clock, update is null ? null : gradient =>
            {
                beforeOptimizer = clock.Seconds();
                update(gradient);
            });
            measured.Rounds.Add(beforeOptimizer is null ? clock.Seconds() : Without(clock.Seconds(), beforeOptimizer));
        }

        measured.PeakBytes = memory.PeakBytes;
        return measured.Rounds.Count == rounds ? measured : null;
    }

    /// <summary>The comparison is none of the step's time: it fell into the phase "other".</summary>
    private static Dictionary<StepPhase, double> Without(IReadOnlyDictionary<StepPhase, double> all, IReadOnlyDictionary<StepPhase, double> before) =>
        all.ToDictionary(entry => entry.Key, entry => entry.Key == StepPhase.Other ? before.GetValueOrDefault(StepPhase.Other) : entry.Value);

    private void Add(string name, string explanation, IReadOnlyList<IReadOnlyDictionary<StepPhase, double>> rounds, long peakBytes)
    {
        IReadOnlyDictionary<StepPhase, double> median = rounds.OrderBy(round => round.Values.Sum()).ElementAt(rounds.Count / 2);
        _legs.Add(new BenchLeg
        {
            Name = name,
            Explanation = explanation,
            Rounds = [.. rounds.Select(round => round.Values.Sum() / _samples.Count)],
            Phases = median.ToDictionary(entry => entry.Key, entry => entry.Value / _samples.Count),
            PeakBytes = peakBytes,
        });
    }

    /// <summary>Tells what comes next.</summary>
    /// <param name="what">In words.</param>
    /// <param name="cost">What it takes, as a multiple of a warm step of the engine, about.</param>
    /// <returns>false where the run was interrupted.</returns>
    private bool Announce(string what, double cost = 1)
    {
        if (cancellation.IsCancellationRequested)
        {
            return false;
        }

        _doneCost += _announcedCost;
        _announcedCost = cost;
        double? remaining = _doneCost > 0 ? _watch.Elapsed.TotalSeconds / _doneCost * (TotalCost - _doneCost) : null;
        progress?.Report(new BenchProgress(what, _done++, Total, remaining));
        return true;
    }

    private void Compare(Dictionary<string, Tensor> plain, IReadOnlyDictionary<string, Tensor?> update)
    {
        if (plain.Count == 0)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        List<(double Difference, double Norm)> parts = [];
        foreach ((string name, Tensor expected) in plain)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor actual = update.GetValueOrDefault(name)?.to(ScalarType.Float32, CPU) ?? zeros_like(expected);
            parts.Add((expected.sub(actual).norm().item<float>(), expected.norm().item<float>()));
        }

        double whole = Math.Sqrt(parts.Sum(part => part.Norm * part.Norm));
        Agreement = (
            parts.Where(part => part.Norm >= LeastShare * whole).Max(part => part.Difference / part.Norm),
            Math.Sqrt(parts.Sum(part => part.Difference * part.Difference)) / whole);
    }

    /// <summary>Seconds by phase of every round of one measurement, and the most memory that was resident meanwhile.</summary>
    private sealed class RoundList
    {
        public List<IReadOnlyDictionary<StepPhase, double>> Rounds { get; } = [];

        public long PeakBytes { get; set; }

        public void Take(RoundList? more)
        {
            Rounds.AddRange(more?.Rounds ?? []);
            PeakBytes = Math.Max(PeakBytes, more?.PeakBytes ?? 0);
        }
    }
}
