using System.Globalization;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Weighting;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// From losses to the gradient of one optimizer step. Per sample: one gradient per task, combined and added up. Per window: one gradient
/// per task, added up over the window's samples, combined at its end. The plain sum needs neither, but where something asks for the
/// task gradients: one backward pass of the weighted sum of the losses gives the same. Between refreshes of <see cref="LazyCoefficients"/>
/// every method is such a sum, with the coefficients of the last exact step.
/// </summary>
internal sealed class UpdateAccumulator : IDisposable
{
    private const string WholeWindow = "window";

    private readonly UpdateParameters _parameters;
    private readonly GradientCombiner _combiner;
    private readonly ILossWeighting _weighting;
    private readonly GradientSettings _settings;
    private readonly List<MicroStepStatistics> _samples = [];
    private TaskGradients? _window;
    private bool _measures;
    private bool _isLazy;

    /// <param name="parameters">What is moved.</param>
    /// <param name="combiner">Gram matrix to update.</param>
    /// <param name="weighting">The losses' weights.</param>
    /// <param name="settings">The method and whether it works per sample or per window.</param>
    public UpdateAccumulator(UpdateParameters parameters, GradientCombiner combiner, ILossWeighting weighting, GradientSettings settings)
    {
        (_parameters, _combiner, _weighting, _settings) = (parameters, combiner, weighting, settings);
        Sum = new GradientSum(parameters.All.Count);
    }

    /// <summary>The update so far.</summary>
    public GradientSum Sum { get; }

    /// <summary>Shown the task gradients of each sample or window with what became of them, for verification; null but there.</summary>
    public Action<TaskGradients, UpdateReport>? Watch { get; set; }

    /// <summary>Told where the time goes; null where nobody asks.</summary>
    public PhaseClock? Clock { get; set; }

    /// <summary>Coefficients that are used again for some steps; null where every step is exact.</summary>
    public LazyCoefficients? Lazy { get; init; }

    /// <summary>There are signals beside supervision: a single loss needs no combination.</summary>
    public bool HasSignals { get; init; } = true;

    /// <summary>Samples run one by one, whatever the batch size: each needs gradients of its own.</summary>
    public bool RunsSamplesAlone => HasSignals && _settings.Per == CombinationSpan.Sample && !IsSum && !_isLazy;

    private bool IsSum => _settings.Method is GradientMethod.Sum or GradientMethod.SumPerCapability;

    /// <summary>Starts an optimizer step.</summary>
    /// <param name="measures">The task gradients are wanted for their norms and cosines, whatever the method needs.</param>
    public void BeginWindow(bool measures)
    {
        _measures = measures;
        _isLazy = Lazy is not null && !Lazy.IsDue && !measures && !_weighting.NeedsGradientNorms;
    }

    /// <summary>Adds the samples of one forward pass.</summary>
    /// <param name="batch">Their losses.</param>
    /// <param name="scale">A sample's share of the window.</param>
    /// <param name="log">Told of the update where one is made.</param>
    /// <exception cref="NonfiniteException">A gradient is no number; nothing was added.</exception>
    public void Add(BatchTasks batch, double scale, StepLog log)
    {
        bool hasSignals = batch.Samples.Any(sample => sample.Capabilities > 0);
        if (!hasSignals || (IsSum && !_measures && !_weighting.NeedsGradientNorms))
        {
            AddInOnePass(
                batch,
                (row, task) => _settings.Method == GradientMethod.SumPerCapability && task == TrainingTask.Supervision ? Math.Max(1, batch.Samples[row].Capabilities) : 1,
                scale);
        }
        else if (_isLazy && CoefficientsOf(batch) is Func<int, TrainingTask, double> coefficients)
        {
            AddInOnePass(batch, coefficients, scale);
        }
        else if (_settings.Per == CombinationSpan.Window)
        {
            AddToWindow(batch, scale);
        }
        else
        {
            for (int row = 0; row < batch.Samples.Count; row++)
            {
                AddSample(batch, row, scale, isLast: row == batch.Samples.Count - 1, log);
            }
        }
    }

    /// <summary>Ends an optimizer step.</summary>
    /// <param name="log">Told of the update where one is made.</param>
    /// <returns>What the weighting is to be told after the optimizer has moved; null where no sample was added.</returns>
    public WindowStatistics? EndWindow(StepLog log)
    {
        WindowStatistics? statistics = Close(log);
        if (_isLazy)
        {
            Lazy!.Age();
        }
        else if (Lazy?.Renew() is double drift)
        {
            log.Drift = drift;
        }

        return statistics;
    }

    /// <summary>Drops the gradients of the window so far; what the weighting is told of its samples stays.</summary>
    public void LoseGradients()
    {
        Sum.Clear();
        _window?.Dispose();
        _window = null;
    }

    public void Dispose()
    {
        Sum.Dispose();
        _window?.Dispose();
    }

    private WindowStatistics? Close(StepLog log)
    {
        if (_window is not null)
        {
            using IDisposable? projecting = Clock?.Enter(StepPhase.Projection);
            if (!_window.TryGram(out TaskGram? gram, out TrainingTask nonfinite))
            {
                // Every part was finite: only the sum's squares can have overflowed.
                throw new NonfiniteException([], $"the window's {TrainingTasks.KeyOf(nonfinite)} gradient is too large for a number.");
            }

            // The window is one micro-step: its gradients are sums, of which no single sample's norm is known any more.
            Dictionary<TrainingTask, double> losses = gram.Tasks.ToDictionary(task => task, task => _samples.Where(sample => sample.Losses.ContainsKey(task)).Average(sample => sample.Losses[task]));
            MicroStepStatistics whole = new() { Losses = losses, GradientNorms = NormsOf(gram) };
            _weighting.Feed(whole);
            Combine(_window, gram, task => _weighting[task], scale: 1, WholeWindow, log);
            _window.Dispose();
            _window = null;
            _samples.Clear();
            return new WindowStatistics([whole]);
        }

        MicroStepStatistics[] samples = [.. _samples];
        _samples.Clear();
        return samples.Length == 0 ? null : new WindowStatistics(samples);
    }

    private void AddInOnePass(BatchTasks batch, Func<int, TrainingTask, double> coefficientOf, double scale)
    {
        foreach (SampleTasks sample in batch.Samples)
        {
            Remember(new MicroStepStatistics { Losses = sample.Values });
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor? total = null;
        foreach (TrainingTask task in batch.Tasks)
        {
            double weight = scale * _weighting[task];
            Tensor? sum = batch.Sum(task, row => weight * batch.Samples[row].ShareOf(task) * coefficientOf(row, task));
            total = sum is null ? total : Plus(total, sum);
        }

        if (total is null)
        {
            return;
        }

        using TaskGradients gradients = BackpropagateTogether(total);
        using IDisposable? projecting = Clock?.Enter(StepPhase.Projection);
        TaskGram gram = GramOf(gradients, batch.Samples, "combined");
        gradients.AddTo(Sum, gram, Combination.Same(gram, [1]), [1], releases: true);
    }

    private TaskGradients BackpropagateTogether(Tensor total)
    {
        using IDisposable? phase = Clock?.Enter(StepPhase.BackwardTogether);
        return TaskGradients.Backpropagate([new TaskLoss(TrainingTask.Supervision, total)], _parameters);
    }

    private void AddSample(BatchTasks batch, int row, double scale, bool isLast, StepLog log)
    {
        SampleTasks sample = batch.Samples[row];
        if (sample.Tasks.Count == 0)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        TaskLoss[] losses = [.. sample.Tasks.Select(task => new TaskLoss(task, batch.Of(task, row, scale)))];
        using TaskGradients gradients = TaskGradients.Backpropagate(losses, _parameters, keepsGraph: !isLast, Clock, _settings.Kept);
        using IDisposable? projecting = Clock?.Enter(StepPhase.Projection);
        TaskGram gram = GramOf(gradients, [sample]);
        Remember(new MicroStepStatistics { Losses = sample.Values, GradientNorms = NormsOf(gram) });
        Combine(gradients, gram, task => _weighting[task] * sample.ShareOf(task), scale, KindOf(sample), log);
    }

    private void Combine(TaskGradients gradients, TaskGram gram, Func<TrainingTask, double> weightOf, double scale, string kind, StepLog log)
    {
        UpdateReport report = _combiner.Combine(gradients, gram, weightOf, Sum, releases: Watch is null);
        log.Add(report, scale);
        Lazy?.Learn(kind, report);
        Watch?.Invoke(gradients, report);
    }

    private void AddToWindow(BatchTasks batch, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        TaskLoss[] losses = [.. batch.Tasks.Select(task => new TaskLoss(task, batch.Sum(task, row => scale * batch.Samples[row].ShareOf(task))))];
        using TaskGradients gradients = TaskGradients.Backpropagate(losses, _parameters, keepsGraph: false, Clock, _settings.Kept);
        using IDisposable? projecting = Clock?.Enter(StepPhase.Projection);
        GramOf(gradients, batch.Samples);
        _samples.AddRange(batch.Samples.Select(sample => new MicroStepStatistics { Losses = sample.Values }));
        _window ??= new TaskGradients(_parameters);
        _window.Absorb(gradients);
    }

    /// <summary>The known coefficients of a batch's samples; null where one of them mixes its tasks as no sample did before.</summary>
    private Func<int, TrainingTask, double>? CoefficientsOf(BatchTasks batch)
    {
        bool isWindow = _settings.Per == CombinationSpan.Window;
        IReadOnlyDictionary<TrainingTask, double>?[] known = [.. batch.Samples.Select(sample => Lazy!.Of(isWindow ? WholeWindow : KindOf(sample)))];
        // A window's tasks may not all have been in the last exact one: a new task then counts as in a plain sum.
        return known.All(one => one is not null) ? (row, task) => known[row]!.GetValueOrDefault(task, 1) : null;
    }

    /// <summary>Samples that take part in the same tasks with the same shares are of one kind.</summary>
    private static string KindOf(SampleTasks sample) =>
        string.Join(' ', sample.Tasks.Select(task => string.Create(CultureInfo.InvariantCulture, $"{TrainingTasks.KeyOf(task)} {sample.ShareOf(task):R}")));

    private void Remember(MicroStepStatistics sample)
    {
        _samples.Add(sample);
        _weighting.Feed(sample);
    }

    private static TaskGram GramOf(TaskGradients gradients, IReadOnlyList<SampleTasks> batch, string? name = null) =>
        gradients.TryGram(out TaskGram? gram, out TrainingTask nonfinite)
            ? gram
            : throw new NonfiniteException(
                [.. batch.Select(sample => sample.Source)], $"the {name ?? TrainingTasks.KeyOf(nonfinite)} gradient holds values that are no numbers.");

    private static Dictionary<TrainingTask, double> NormsOf(TaskGram gram) =>
        Enumerable.Range(0, gram.Tasks.Count).ToDictionary(i => gram.Tasks[i], i => gram.Total.Norm(i));

    private static Tensor Plus(Tensor? total, Tensor addend) => total is null ? addend : total.Plus(addend);
}
