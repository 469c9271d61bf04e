using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Verification;

/// <summary>Compares what asymmetric gradient projection made of one sample, from inner products to the norm for every order.</summary>
/// <param name="stages">The case's tallies.</param>
/// <param name="support">Where the run's projections subtract.</param>
/// <param name="negligible">The share of a vector up to which a change of it is rounding.</param>
internal sealed class ProjectionComparison(StageTable stages, ProjectionSupport support, double negligible)
{
    private static readonly TrainingTask[] _tasks = [.. TrainingTasks.All];

    /// <summary>Compares everything that is recorded of a sample.</summary>
    /// <param name="facts">The recording.</param>
    /// <param name="name">The micro-step's name.</param>
    /// <param name="report">The update as computed.</param>
    public void Run(GoldenFacts facts, string name, UpdateReport report)
    {
        TaskGram gram = report.Gram;
        CompareGram(facts, name, gram);
        IReadOnlyList<TrainingTask> order = facts.Tasks("shuffled_order") ?? [];
        if (order.Count != gram.Capabilities.Count || order.Count == 0)
        {
            return;
        }

        int[] places = Places(order);
        CompareFull(facts, name, gram, report.Combination, order);
        CompareStages(facts, name, gram, places);
        CompareReleased(facts, name, gram, report.Combination);
        CompareOrders(facts, name, gram);
    }

    /// <summary>The places of capabilities among those present.</summary>
    /// <param name="order">Capabilities.</param>
    public static int[] Places(IReadOnlyList<TrainingTask> order)
    {
        TrainingTask[] present = [.. order.Order()];
        return [.. order.Select(task => Array.IndexOf(present, task))];
    }

    private void CompareGram(GoldenFacts facts, string name, TaskGram gram)
    {
        const string Key = "gram_of_weighted_task_gradients";
        if (facts.Rows(Key) is IReadOnlyList<double[]> small)
        {
            Matrix(facts, Key, small, _tasks.Length);
            CompareMatrix($"{name}, inner products", small, (row, column) => Inner(gram, row, column));
        }

        const string ExtendedKey = "extended_gram_7x7";
        if (facts.Rows(ExtendedKey) is not IReadOnlyList<double[]> large)
        {
            return;
        }

        Matrix(facts, ExtendedKey, large, _tasks.Length + RecordedTasks.Signals.Count);
        int[] compared = [.. Enumerable.Range(0, large.Count).Where(index => index < _tasks.Length || large[index - RecordedTasks.Signals.Count][index - RecordedTasks.Signals.Count] > 0)];
        foreach (int left in Enumerable.Range(0, large.Count).Except(compared).Where(left => large[left][left] != 0))
        {
            stages[TrainerStages.Gram].Skip($"supervision where {TrainingTasks.KeyOf(_tasks[left - RecordedTasks.Signals.Count])} reaches, whose gradient is 0");
        }

        CompareMatrix(
            $"{name}, extended inner products",
            [.. compared.Select(row => compared.Select(column => large[row][column]).ToArray())],
            (row, column) => Inner(gram, compared[row], compared[column]));
    }

    /// <summary>The textbook rule: on the recorded inner products, and its update of our gradients.</summary>
    private void CompareFull(GoldenFacts facts, string name, TaskGram gram, Combination released, IReadOnlyList<TrainingTask> order)
    {
        const string Key = "coefficients_full_projection_4";
        PlayedOrder played = new();
        played.Set(order);
        if (facts.Numbers(Key) is IReadOnlyList<double> coefficients && facts.Rows("gram_of_weighted_task_gradients") is IReadOnlyList<double[]> recorded)
        {
            if (coefficients.Count != _tasks.Length)
            {
                throw facts.Wrong(Key, $"{_tasks.Length} numbers");
            }

            int[] rows = [.. gram.Tasks.Select(task => Array.IndexOf(_tasks, task))];
            TaskGram ofRecording = TaskGram.Whole(gram.Tasks, GramMatrix.Build(rows.Length, (row, column) => recorded[rows[row]][rows[column]]));
            Combination textbook = new Agp(ProjectionSupport.Full).Combine(ofRecording, played);
            for (int task = 0; task < rows.Length; task++)
            {
                stages[TrainerStages.FullCoefficients].Near(
                    $"{name}, {TrainingTasks.KeyOf(gram.Tasks[task])}", coefficients[rows[task]], textbook[0, task], coefficients.Max(Math.Abs));
            }
        }

        Combination own = new Agp(ProjectionSupport.Full).Combine(gram, played);
        double norm = Norm(gram, own.OfBlock);
        if (facts.Number("combined_norm_full_projection") is double expected)
        {
            stages[TrainerStages.CombinedNorms].Near($"{name}, full projection", expected, norm);
        }

        if (facts.Number("full_projection_relative_difference_to_released") is double difference)
        {
            double distance = Distance(gram, own, released) / Norm(gram, released.OfBlock);

            // A difference of two updates: both have the bound of norms.
            stages[TrainerStages.CombinedNorms].Near($"{name}, from full projection to released", difference, distance, 1);
        }
    }

    private void CompareStages(GoldenFacts facts, string name, TaskGram gram, int[] order)
    {
        int ignored = 0;
        BlockVector[] merged = TwoStageProjection.Merge(gram, hasStage1: true, support, ref ignored);
        BlockVector[] plain = TwoStageProjection.Merge(gram, hasStage1: false, support, ref ignored);
        BlockVector[] final = [.. TwoStageProjection.Symmetric(merged, order, support, ref ignored).Zip(order).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        TrainingTask[] present = [.. gram.Capabilities.Select(row => gram.Tasks[row])];
        double[] norms = [.. merged.Select(vector => Math.Sqrt(Math.Max(0, vector.Inner(vector))))];

        CompareNames($"{name}, stage 1", facts.Tasks("stage1_projected"), present, plain, merged, norms);
        CompareNames($"{name}, stage 2", facts.Tasks("stage2_changed"), present, merged, final, norms);
        if (facts.Rows("gram_of_h") is IReadOnlyList<double[]> gramOfMerged)
        {
            Matrix(facts, "gram_of_h", gramOfMerged, merged.Length);
            CompareMatrix(TrainerStages.Merged, $"{name}, inner products of h", gramOfMerged, (row, column) => merged[row].Inner(merged[column]));
        }

        foreach ((string key, BlockVector[] vectors) in ((string, BlockVector[])[])[("h_norms", merged), ("t_norms", final)])
        {
            foreach ((TrainingTask task, double norm) in facts.NumbersByTask(key) ?? new Dictionary<TrainingTask, double>())
            {
                int place = Array.IndexOf(present, task);
                if (place < 0)
                {
                    stages[TrainerStages.Merged].Fail($"{name}, {key}, {TrainingTasks.KeyOf(task)}: recorded, but the task takes no part here");
                    continue;
                }

                // What stage 2 leaves is as uncertain as what it starts from.
                stages[TrainerStages.Merged].Near($"{name}, {key}, {TrainingTasks.KeyOf(task)}", norm, Math.Sqrt(Math.Max(0, vectors[place].Inner(vectors[place]))), Math.Max(norm, norms[place]));
            }
        }
    }

    private void CompareReleased(GoldenFacts facts, string name, TaskGram gram, Combination own)
    {
        const string Key = "coefficients_as_released_7";
        if (facts.Numbers(Key) is not IReadOnlyList<double> recorded)
        {
            return;
        }

        if (recorded.Count != _tasks.Length + RecordedTasks.Signals.Count)
        {
            throw facts.Wrong(Key, $"{_tasks.Length + RecordedTasks.Signals.Count} numbers");
        }

        Combination expected = new([.. gram.Blocks.Select(block => gram.Tasks.Select((task, row) =>
            recorded[Array.IndexOf(_tasks, task)]
            + (row == gram.Anchor ? gram.Capabilities.Where(capability => block.Reached[capability]).Sum(capability => recorded[RecordedTasks.Signals.Count + Array.IndexOf(_tasks, gram.Tasks[capability])]) : 0)).ToArray())]);
        double norm = Norm(gram, expected.OfBlock);
        double distance = Distance(gram, expected, own);
        stages[TrainerStages.ReleasedCoefficients].Near($"{name}, update of the recorded coefficients", norm, norm + distance);
    }

    private void CompareOrders(GoldenFacts facts, string name, TaskGram gram)
    {
        List<Combination> all = [];
        foreach ((string text, double norm) in facts.NumbersByName("combined_norm_for_every_order") ?? [])
        {
            TrainingTask[] order = [.. text.Split('>').Select(part => TrainingTasks.All.FirstOrDefault(task => TrainingTasks.KeyOf(task) == part))];
            if (!order.Order().SequenceEqual(gram.Capabilities.Select(row => gram.Tasks[row])))
            {
                throw facts.Wrong("combined_norm_for_every_order", "orders of the present tasks");
            }

            PlayedOrder played = new();
            played.Set(order);
            all.Add(new Agp(support).Combine(gram, played));
            stages[TrainerStages.CombinedNorms].Near($"{name}, order {text}", norm, Norm(gram, all[^1].OfBlock));
        }

        if (facts.Number("largest_relative_difference_between_orders") is double largest && all.Count > 0)
        {
            double own = all.Max(other => Distance(gram, all[0], other)) / Norm(gram, all[0].OfBlock);
            stages[TrainerStages.CombinedNorms].Near($"{name}, between orders", largest, own, 1);
        }
    }

    /// <summary>Which vectors a stage changed. Where both sides changed next to nothing, they need not agree whether that is a change.</summary>
    private void CompareNames(string item, IReadOnlyList<TrainingTask>? recorded, TrainingTask[] present, BlockVector[] before, BlockVector[] after, double[] norms)
    {
        if (recorded is null)
        {
            return;
        }

        List<TrainingTask> changed = [];
        for (int place = 0; place < present.Length; place++)
        {
            BlockVector difference = after[place].Plus(-1, before[place], ProjectionSupport.Full);
            double size = Math.Sqrt(Math.Max(0, difference.Inner(difference)));
            bool isChanged = size > 0;
            bool isNegligible = size <= negligible * norms[place];
            if (isNegligible ? recorded.Contains(present[place]) : isChanged)
            {
                changed.Add(present[place]);
            }
        }

        stages[TrainerStages.Projections].SameItems(item, [.. recorded.Order()], changed);
    }

    private void CompareMatrix(string item, IReadOnlyList<double[]> expected, Func<int, int, double> own) => CompareMatrix(TrainerStages.Gram, item, expected, own);

    private void CompareMatrix(string stage, string item, IReadOnlyList<double[]> expected, Func<int, int, double> own)
    {
        for (int row = 0; row < expected.Count; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                stages[stage].Near($"{item} [{row}, {column}]", expected[row][column], own(row, column), Math.Sqrt(expected[row][row] * expected[column][column]));
            }
        }
    }

    /// <summary>The inner product of two of: the four tasks, then supervision where each of the three signals reaches.</summary>
    private static double Inner(TaskGram gram, int first, int second)
    {
        (int firstTask, int firstReach) = Basis(gram, first);
        (int secondTask, int secondReach) = Basis(gram, second);
        return firstTask < 0 || secondTask < 0
            ? 0
            : gram.Blocks.Where(block => (firstReach < 0 || block.Reached[firstReach]) && (secondReach < 0 || block.Reached[secondReach])).Sum(block => block.Gram[firstTask, secondTask]);
    }

    /// <summary>A basis vector's row, and the row whose reach bounds it (-1 for none); the row is -1 where the task is absent.</summary>
    private static (int Task, int Reach) Basis(TaskGram gram, int index)
    {
        int RowOf(int task) => Array.IndexOf([.. gram.Tasks], _tasks[task]);
        if (index < _tasks.Length)
        {
            return (RowOf(index), -1);
        }

        int reach = RowOf(index - RecordedTasks.Signals.Count);
        return (reach < 0 ? -1 : gram.Anchor, reach);
    }

    private static double Distance(TaskGram gram, Combination first, Combination second) =>
        Norm(gram, block => [.. first.OfBlock(block).Zip(second.OfBlock(block), (a, b) => a - b)]);

    private static double Norm(TaskGram gram, Func<int, IReadOnlyList<double>> coefficients) =>
        Math.Sqrt(Math.Max(0, gram.Blocks.Select((block, index) => block.Gram.Quadratic(coefficients(index), coefficients(index))).Sum()));

    private static void Matrix(GoldenFacts facts, string key, IReadOnlyList<double[]> rows, int size)
    {
        if (rows.Count != size || rows.Any(row => row.Length != size))
        {
            throw facts.Wrong(key, $"a matrix of {size} x {size} numbers");
        }
    }
}
