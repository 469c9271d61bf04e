using System.Diagnostics.CodeAnalysis;
using DriveKD.Distillation.Training;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// The gradients of a sample's or a window's tasks, parameter by parameter, as backpropagated: without the tasks' weights. One
/// parameter-sized vector per task and no other. Owns them.
/// </summary>
internal sealed class TaskGradients : IDisposable
{
    private readonly SortedDictionary<TrainingTask, Tensor?[]> _gradients = [];
    private readonly UpdateParameters _parameters;

    /// <param name="parameters">What the losses are differentiated with respect to.</param>
    public TaskGradients(UpdateParameters parameters) => _parameters = parameters;

    /// <summary>The tasks, supervision first.</summary>
    public IReadOnlyList<TrainingTask> Tasks => [.. _gradients.Keys];

    /// <summary>Differentiates one loss after the other through the graph that they share.</summary>
    /// <param name="losses">A task whose value is null is present with a gradient of zero.</param>
    /// <param name="parameters">The parameters; they hold no gradients before and after.</param>
    /// <param name="keepsGraph">Others will be differentiated through the same graph.</param>
    /// <param name="clock">Told of each pass; null where nobody asks.</param>
    /// <param name="kept">In which numbers a gradient waits for the others.</param>
    public static TaskGradients Backpropagate(
        IReadOnlyList<TaskLoss> losses,
        UpdateParameters parameters,
        bool keepsGraph = false,
        PhaseClock? clock = null,
        KeptGradients kept = KeptGradients.Computed)
    {
        TaskGradients result = new(parameters);
        // A loss that no trained parameter reaches has no history: its gradient is zero.
        TaskLoss? last = losses.LastOrDefault(loss => loss.Value?.requires_grad == true);
        foreach (TaskLoss loss in losses)
        {
            Tensor?[] gradient = new Tensor?[parameters.All.Count];
            result._gradients.Add(loss.Task, gradient);
            if (loss.Value?.requires_grad != true)
            {
                continue;
            }

            using IDisposable? phase = clock?.Enter(PhaseClock.BackwardOf(loss.Task));
            loss.Value.backward(retain_graph: keepsGraph || loss != last);
            for (int i = 0; i < gradient.Length; i++)
            {
                Parameter parameter = parameters.All[i];
                if (parameter.grad is Tensor reached)
                {
                    gradient[i] = kept == KeptGradients.Bfloat16 && reached.dtype == ScalarType.Float32
                        ? Rounded(reached)
                        : reached.DetachFromDisposeScope();
                    parameter.grad = null;
                }
            }
        }

        return result;
    }

    /// <summary>Adds another's gradients, task by task, in float32 from the second on.</summary>
    /// <param name="other">Of the same parameters; empty afterwards.</param>
    public void Absorb(TaskGradients other)
    {
        using IDisposable noGrad = no_grad();
        foreach ((TrainingTask task, Tensor?[] theirs) in other._gradients)
        {
            if (!_gradients.TryGetValue(task, out Tensor?[]? ours))
            {
                _gradients.Add(task, ours = new Tensor?[theirs.Length]);
            }

            for (int i = 0; i < theirs.Length; i++)
            {
                if (theirs[i] is not Tensor gradient)
                {
                    continue;
                }

                if (ours[i] is not Tensor sum)
                {
                    // A window of one pass needs no sum: its numbers stay as they were kept.
                    ours[i] = gradient.alias().DetachFromDisposeScope();
                    continue;
                }

                using Tensor wide = gradient.to_type(ScalarType.Float32);
                if (sum.dtype == ScalarType.Float32)
                {
                    sum.Increase(wide);
                }
                else
                {
                    ours[i] = sum.to_type(ScalarType.Float32).Plus(wide).DetachFromDisposeScope();
                    sum.Dispose();
                }
            }
        }

        other.Dispose();
    }

    /// <summary>The inner products over the shared parameters, one matrix per block of parameters that the same tasks reach.</summary>
    /// <param name="gram">The products; null where a gradient is no number.</param>
    /// <param name="nonfinite">The first task whose gradient holds NaN, infinities, or values whose squares are infinite.</param>
    public bool TryGram([NotNullWhen(true)] out TaskGram? gram, out TrainingTask nonfinite)
    {
        TrainingTask[] tasks = [.. _gradients.Keys];
        Dictionary<int, InnerProducts> blocks = [];
        try
        {
            for (int i = 0; i < _parameters.SharedCount; i++)
            {
                int[] reaching = [.. Enumerable.Range(0, tasks.Length).Where(task => _gradients[tasks[task]][i] is not null)];
                if (reaching.Length > 0)
                {
                    int mask = reaching.Sum(task => 1 << task);
                    if (!blocks.TryGetValue(mask, out InnerProducts? products))
                    {
                        blocks.Add(mask, products = new InnerProducts(reaching.Length));
                    }

                    products.Add([.. reaching.Select(task => _gradients[tasks[task]][i]!)]);
                }
            }

            (int Mask, double[,] Products)[] found = [.. blocks.OrderByDescending(block => block.Key).Select(block => (block.Key, Spread(block.Key, block.Value, tasks.Length)))];
            int broken = Array.FindIndex(tasks, task => found.Any(block => !double.IsFinite(block.Products[Array.IndexOf(tasks, task), Array.IndexOf(tasks, task)])));
            nonfinite = broken < 0 ? default : tasks[broken];
            gram = broken >= 0 ? null : new TaskGram(tasks, found.Length == 0
                ? [new GramBlock(new GramMatrix(new double[tasks.Length, tasks.Length]), new bool[tasks.Length])]
                : [.. found.Select(block => new GramBlock(new GramMatrix(block.Products), Reached(block.Mask, tasks.Length)))]);
            return gram is not null;
        }
        finally
        {
            foreach (InnerProducts products in blocks.Values)
            {
                products.Dispose();
            }
        }
    }

    /// <summary>Adds the combined gradient to an update.</summary>
    /// <param name="sum">Receives the update.</param>
    /// <param name="gram">What <see cref="TryGram"/> gave.</param>
    /// <param name="combination">Coefficients of the weighted gradients.</param>
    /// <param name="weights">The weight of each task's gradient.</param>
    /// <param name="releases">
    /// Each parameter's gradients are let go as soon as they are added, so that the update and they are never in memory together; nothing can
    /// be read of them afterwards.
    /// </param>
    public void AddTo(GradientSum sum, TaskGram gram, Combination combination, IReadOnlyList<double> weights, bool releases = false)
    {
        TrainingTask[] tasks = [.. _gradients.Keys];
        for (int i = 0; i < _parameters.All.Count; i++)
        {
            bool[] reached = [.. tasks.Select(task => _gradients[task][i] is not null)];
            int block = i < _parameters.SharedCount ? BlockOf(gram, reached) : -1;
            List<(Tensor Gradient, double Coefficient)> terms = [];
            for (int task = 0; task < tasks.Length; task++)
            {
                double coefficient = weights[task] * (block < 0 ? 1 : combination[block, task]);
                if (_gradients[tasks[task]][i] is Tensor gradient && coefficient != 0)
                {
                    terms.Add((gradient, coefficient));
                }
            }

            sum.Add(i, terms);
            if (releases)
            {
                Release(i);
            }
        }
    }

    /// <summary>A gradient for verification; null where the task does not reach the parameter. Stays owned here.</summary>
    /// <param name="task">A task of this object.</param>
    /// <param name="parameter">The parameter's index.</param>
    public Tensor? Of(TrainingTask task, int parameter) => _gradients[task][parameter];

    public void Dispose()
    {
        foreach (Tensor? gradient in _gradients.Values.SelectMany(gradients => gradients))
        {
            gradient?.Dispose();
        }

        _gradients.Clear();
    }

    private void Release(int parameter)
    {
        foreach (Tensor?[] gradient in _gradients.Values)
        {
            gradient[parameter]?.Dispose();
            gradient[parameter] = null;
        }
    }

    private static Tensor Rounded(Tensor gradient)
    {
        using IDisposable noGrad = no_grad();
        using Tensor owned = gradient;
        return owned.to_type(ScalarType.BFloat16).DetachFromDisposeScope();
    }

    private static bool[] Reached(int mask, int tasks) => [.. Enumerable.Range(0, tasks).Select(task => (mask & (1 << task)) != 0)];

    /// <summary>The products of the tasks that reach a block, in a matrix of all tasks.</summary>
    private static double[,] Spread(int mask, InnerProducts products, int tasks)
    {
        int[] present = [.. Enumerable.Range(0, tasks).Where(task => (mask & (1 << task)) != 0)];
        double[,] small = products.ToArray();
        double[,] full = new double[tasks, tasks];
        for (int i = 0; i < present.Length; i++)
        {
            for (int j = 0; j < present.Length; j++)
            {
                full[present[i], present[j]] = small[i, j];
            }
        }

        return full;
    }

    private static int BlockOf(TaskGram gram, bool[] reached)
    {
        for (int block = 0; block < gram.Blocks.Count; block++)
        {
            if (gram.Blocks[block].Reached.SequenceEqual(reached))
            {
                return block;
            }
        }

        return -1;
    }
}
