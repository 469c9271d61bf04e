using System.Globalization;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>Asymmetric gradient projection of random gradients over a few parameter tensors, some of which a task does not reach.</summary>
internal sealed class ProjectionTable
{
    public const string Key = "weighted_task_gradients";

    private readonly GoldenFacts _row;
    private readonly string _name;
    private readonly StageTable _stages;
    private readonly IReadOnlyList<int> _blocks;
    private readonly IReadOnlyList<double[]> _vectors;
    private readonly TaskGram _gram;

    private ProjectionTable(GoldenFacts row, string name, StageTable stages)
    {
        (_row, _name, _stages) = (row, name, stages);
        _blocks = row.Need("blocks", row.Integers("blocks"));
        GoldenFacts vectors = row.Need(Key, row.Object(Key));
        TrainingTask[] tasks = [.. TrainingTasks.All.Where(task => vectors.Keys.Contains(TrainingTasks.KeyOf(task)))];
        _vectors = [.. tasks.Select(task => Numbers(vectors, TrainingTasks.KeyOf(task)))];
        GoldenFacts reached = row.Need("blocks_with_gradient", row.Object("blocks_with_gradient"));
        bool[][] flags = [.. tasks.Select(task => reached.Integers(TrainingTasks.KeyOf(task)) is { } list && list.Count == _blocks.Count
            ? list.Select(flag => flag != 0).ToArray()
            : throw row.Wrong("blocks_with_gradient", "a flag for every block and task"))];
        _gram = new TaskGram(tasks, [.. _blocks.Select((_, block) => new GramBlock(
            GramMatrix.Build(tasks.Length, (i, j) => _vectors[i].Zip(_vectors[j], (a, b) => a * b).Skip(_blocks.Take(block).Sum()).Take(_blocks[block]).Sum()),
            [.. flags.Select(flag => flag[block])]))]);
    }

    public static void Run(IReadOnlyList<GoldenFacts> rows, StageTable stages)
    {
        foreach ((int number, GoldenFacts row) in rows.Index())
        {
            row.Ignore("id", "same_vectors_as", "dimension", "loss_scale", "weights", "mix_row_normalised", "unscaled_loss_gradients", "as_released_form_relative_difference", "full_equals_released");
            new ProjectionTable(row, string.Create(CultureInfo.InvariantCulture, $"row {number}"), stages).Compare();
        }
    }

    private void Compare()
    {
        IReadOnlyList<TrainingTask> order = _row.Need("order", _row.Tasks("order"));
        if (!order.Order().SequenceEqual(_gram.Capabilities.Select(task => _gram.Tasks[task])))
        {
            throw _row.Wrong("order", "an order of the tasks that have gradients");
        }

        CompareGram();
        foreach ((string key, string stage, ProjectionSupport support) in ((string, string, ProjectionSupport)[])
            [("combined_as_released", TrainerTables.Released, ProjectionSupport.Reached), ("combined_full_projection", TrainerTables.Full, ProjectionSupport.Full)])
        {
            PlayedOrder played = new();
            played.Set(order);
            Combination combination = new Agp(support).Combine(_gram, played);
            CompareVector(stage, _name, Numbers(_row, key), combination.OfBlock);
            if (support == ProjectionSupport.Full && _row.Numbers("full_projection_coefficients") is IReadOnlyList<double> coefficients)
            {
                foreach ((int place, TrainingTask task) in _gram.Tasks.Index())
                {
                    _stages[TrainerTables.Coefficients].Near($"{_name}, {TrainingTasks.KeyOf(task)}", coefficients[(int)task], combination[0, place], coefficients.Max(Math.Abs));
                }
            }
        }

        CompareStages(ProjectionComparison.Places(order));
    }

    private void CompareGram()
    {
        if (_row.Rows("gram") is not IReadOnlyList<double[]> recorded)
        {
            return;
        }

        for (int i = 0; i < _gram.Tasks.Count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                (int first, int second) = ((int)_gram.Tasks[i], (int)_gram.Tasks[j]);
                _stages[TrainerTables.Merged].Near(
                    $"{_name}, inner product [{first}, {second}]", recorded[first][second], _gram.Total[i, j], Math.Sqrt(recorded[first][first] * recorded[second][second]));
            }
        }
    }

    private void CompareStages(int[] order)
    {
        int ignored = 0;
        BlockVector[] plain = TwoStageProjection.Merge(_gram, hasStage1: false, ProjectionSupport.Reached, ref ignored);
        BlockVector[] merged = TwoStageProjection.Merge(_gram, hasStage1: true, ProjectionSupport.Reached, ref ignored);
        BlockVector[] final = [.. TwoStageProjection.Symmetric(merged, order, ProjectionSupport.Reached, ref ignored).Zip(order).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        TrainingTask[] present = [.. _gram.Capabilities.Select(task => _gram.Tasks[task])];

        // The table marks stage 1 where h - g_ce differs from g_k, which rounding does, too: every real projection is among the marks.
        TrainingTask[] projected = [.. Changed(plain, merged)];
        if (_row.Tasks("stage1_projected") is IReadOnlyList<TrainingTask> marked)
        {
            _stages[TrainerTables.Names].SameItems($"{_name}, stage1_projected", [.. projected.Where(marked.Contains)], projected);
        }

        if (_row.Tasks("stage2_changed") is IReadOnlyList<TrainingTask> changed)
        {
            _stages[TrainerTables.Names].SameItems($"{_name}, stage2_changed", [.. changed.Order()], [.. Changed(merged, final)]);
        }

        foreach ((string key, BlockVector[] vectors) in ((string, BlockVector[])[])[("h", merged), ("t", final)])
        {
            foreach ((int place, TrainingTask task) in present.Index())
            {
                if (_row.Object(key) is GoldenFacts recorded)
                {
                    CompareVector(TrainerTables.Merged, $"{_name}, {key}, {TrainingTasks.KeyOf(task)}", Numbers(recorded, TrainingTasks.KeyOf(task)), block => vectors[place].Coefficients[block]);
                }
            }
        }

        IEnumerable<TrainingTask> Changed(BlockVector[] before, BlockVector[] after) =>
            present.Where((_, place) => !before[place].Coefficients.Zip(after[place].Coefficients).All(pair => pair.First.SequenceEqual(pair.Second)));
    }

    private void CompareVector(string stage, string item, double[] expected, Func<int, IReadOnlyList<double>> coefficients)
    {
        double[] own = new double[expected.Length];
        int start = 0;
        for (int block = 0; block < _blocks.Count; block++)
        {
            for (int element = start; element < start + _blocks[block]; element++)
            {
                own[element] = coefficients(block).Select((coefficient, task) => coefficient * _vectors[task][element]).Sum();
            }

            start += _blocks[block];
        }

        using Tensor recordedVector = tensor(expected.Select(value => (float)value).ToArray());
        using Tensor ownVector = tensor(own.Select(value => (float)value).ToArray());
        _stages[stage].NearInNorm(item, recordedVector, ownVector);
    }

    private double[] Numbers(GoldenFacts facts, string key)
    {
        IReadOnlyList<double> numbers = facts.Need(key, facts.Numbers(key));
        return numbers.Count == _blocks.Sum() ? [.. numbers] : throw facts.Wrong(key, $"a list of {_blocks.Sum()} numbers");
    }
}
