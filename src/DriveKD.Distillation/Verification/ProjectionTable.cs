using System.Globalization;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Models.Tensors;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>
/// Asymmetric gradient projection of random gradients over a few parameter tensors, some of which a task does not reach. The gradients
/// are backpropagated, so that everything between losses and update takes part.
/// </summary>
internal static class ProjectionTable
{
    public const string Key = "weighted_task_gradients";

    public static void Run(IReadOnlyList<GoldenFacts> rows, StageTable stages)
    {
        foreach ((int number, GoldenFacts row) in rows.Index())
        {
            row.Ignore("id", "same_vectors_as", "dimension", "loss_scale", "weights", "mix_row_normalised", "unscaled_loss_gradients", "as_released_form_relative_difference", "full_equals_released");
            using DisposeScope scope = NewDisposeScope();
            Compare(row, string.Create(CultureInfo.InvariantCulture, $"row {number}"), stages);
        }
    }

    private static void Compare(GoldenFacts row, string name, StageTable stages)
    {
        IReadOnlyList<int> blocks = row.Need("blocks", row.Integers("blocks"));
        IReadOnlyDictionary<TrainingTask, float[]> vectors = Vectors(row, Key, blocks.Sum());
        Parameter[] parameters = [.. blocks.Select(size => new Parameter(zeros(size), requires_grad: true))];
        using TaskGradients gradients = Backpropagate(row, blocks, vectors, parameters);
        if (!gradients.TryGram(out TaskGram? gram, out _))
        {
            throw row.Wrong(Key, "of finite numbers");
        }

        IReadOnlyList<TrainingTask> order = row.Need("order", row.Tasks("order"));
        if (!order.Order().SequenceEqual(gram.Capabilities.Select(task => gram.Tasks[task])))
        {
            throw row.Wrong("order", "an order of the tasks that have gradients");
        }

        CompareGram(row, name, gram, stages);
        foreach ((string key, string stage, ProjectionSupport support) in ((string, string, ProjectionSupport)[])
            [("combined_as_released", TrainerTables.Released, ProjectionSupport.Reached), ("combined_full_projection", TrainerTables.Full, ProjectionSupport.Full)])
        {
            PlayedOrder played = new();
            played.Set(order);
            Combination combination = new Agp(support).Combine(gram, played);
            using GradientSum sum = new(parameters.Length);
            gradients.AddTo(sum, gram, combination, [.. gram.Tasks.Select(_ => 1.0)]);
            Tensor own = cat([.. blocks.Select((size, block) => sum[block] ?? zeros(size))]);
            stages[stage].NearInNorm(name, Vector(row, key, blocks.Sum()), own);
            if (support == ProjectionSupport.Full && row.Numbers("full_projection_coefficients") is IReadOnlyList<double> coefficients)
            {
                foreach ((int place, TrainingTask task) in gram.Tasks.Index())
                {
                    stages[TrainerTables.Coefficients].Near($"{name}, {TrainingTasks.KeyOf(task)}", coefficients[(int)task], combination[0, place], coefficients.Max(Math.Abs));
                }
            }
        }

        CompareStages(row, name, gram, order, gradients, stages);
    }

    private static TaskGradients Backpropagate(GoldenFacts row, IReadOnlyList<int> blocks, IReadOnlyDictionary<TrainingTask, float[]> vectors, Parameter[] parameters)
    {
        GoldenFacts reached = row.Need("blocks_with_gradient", row.Object("blocks_with_gradient"));
        List<TaskLoss> losses = [];
        foreach ((TrainingTask task, float[] vector) in vectors.OrderBy(entry => entry.Key))
        {
            IReadOnlyList<int> flags = reached.Integers(TrainingTasks.KeyOf(task)) ?? [.. blocks.Select(_ => 1)];
            Tensor? loss = null;
            int start = 0;
            for (int block = 0; block < blocks.Count; block++)
            {
                if (flags[block] != 0)
                {
                    Tensor part = parameters[block].mul(tensor(vector.AsSpan(start, blocks[block]).ToArray())).sum();
                    loss = loss is null ? part : loss.Plus(part);
                }

                start += blocks[block];
            }

            losses.Add(new TaskLoss(task, loss));
        }

        return TaskGradients.Backpropagate(losses, new UpdateParameters(parameters));
    }

    private static void CompareGram(GoldenFacts row, string name, TaskGram gram, StageTable stages)
    {
        if (row.Rows("gram") is not IReadOnlyList<double[]> recorded)
        {
            return;
        }

        for (int i = 0; i < gram.Tasks.Count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                (int first, int second) = ((int)gram.Tasks[i], (int)gram.Tasks[j]);
                stages[TrainerTables.Merged].Near($"{name}, inner product [{first}, {second}]", recorded[first][second], gram.Total[i, j], Math.Sqrt(recorded[first][first] * recorded[second][second]));
            }
        }
    }

    private static void CompareStages(GoldenFacts row, string name, TaskGram gram, IReadOnlyList<TrainingTask> order, TaskGradients gradients, StageTable stages)
    {
        int ignored = 0;
        int[] places = ProjectionComparison.Places(order);
        BlockVector[] merged = TwoStageProjection.Merge(gram, hasStage1: true, ProjectionSupport.Reached, ref ignored);
        BlockVector[] final = [.. TwoStageProjection.Symmetric(merged, places, ProjectionSupport.Reached, ref ignored).Zip(places).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        BlockVector[] plain = TwoStageProjection.Merge(gram, hasStage1: false, ProjectionSupport.Reached, ref ignored);
        TrainingTask[] present = [.. gram.Capabilities.Select(task => gram.Tasks[task])];
        CompareNames("stage1_projected", plain, merged);
        CompareNames("stage2_changed", merged, final);
        int length = row.Integers("blocks")!.Sum();
        foreach ((string key, BlockVector[] vectors) in ((string, BlockVector[])[])[("h", merged), ("t", final)])
        {
            if (row.Object(key) is not GoldenFacts recorded)
            {
                continue;
            }

            foreach ((int place, TrainingTask task) in present.Index())
            {
                using GradientSum sum = new(row.Integers("blocks")!.Count);
                gradients.AddTo(sum, gram, new Combination(vectors[place].Coefficients), [.. gram.Tasks.Select(_ => 1.0)]);
                Tensor own = cat([.. row.Integers("blocks")!.Select((size, block) => sum[block] ?? zeros(size))]);
                stages[TrainerTables.Merged].NearInNorm($"{name}, {key}, {TrainingTasks.KeyOf(task)}", Vector(recorded, TrainingTasks.KeyOf(task), length), own);
            }
        }

        void CompareNames(string key, BlockVector[] before, BlockVector[] after)
        {
            if (row.Tasks(key) is IReadOnlyList<TrainingTask> recorded)
            {
                stages[TrainerTables.Names].SameItems($"{name}, {key}", [.. recorded.Order()], [.. present.Where((_, place) => !ReferenceEquals(before[place], after[place])
                    && !before[place].Coefficients.Zip(after[place].Coefficients).All(pair => pair.First.SequenceEqual(pair.Second)))]);
            }
        }
    }

    private static IReadOnlyDictionary<TrainingTask, float[]> Vectors(GoldenFacts row, string key, int length)
    {
        GoldenFacts vectors = row.Need(key, row.Object(key));
        return vectors.Keys.ToDictionary(
            name => TrainingTasks.All.Where(task => TrainingTasks.KeyOf(task) == name).Select(task => (TrainingTask?)task).FirstOrDefault() ?? throw row.Wrong(key, "of the four tasks"),
            name => Numbers(vectors, name, length));
    }

    private static Tensor Vector(GoldenFacts row, string key, int length) => tensor(Numbers(row, key, length));

    private static float[] Numbers(GoldenFacts facts, string key, int length)
    {
        IReadOnlyList<double> numbers = facts.Need(key, facts.Numbers(key));
        return numbers.Count == length ? [.. numbers.Select(number => (float)number)] : throw facts.Wrong(key, $"a list of {length} numbers");
    }
}
