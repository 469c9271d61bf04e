using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;
using DriveKD.Models.Verification;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>Compares the gradients of one recorded sample, from the single tasks to the combined one.</summary>
/// <param name="world">The training.</param>
/// <param name="order">How vectors are flattened.</param>
/// <param name="golden">The case.</param>
/// <param name="stages">Its tallies.</param>
internal sealed class MicroStepComparison(TrainerWorld world, ParameterOrder order, GoldenCase golden, StageTable stages)
{
    // The trainer's norms are the root of the sum of squares plus 1e-20.
    private const double SquareFloor = 1e-20;

    /// <summary>Compares what was told of a sample before its gradients were formed.</summary>
    /// <param name="facts">What is recorded of it.</param>
    /// <param name="name">The micro-step's name.</param>
    /// <param name="losses">The losses as computed, of the tasks that took part.</param>
    public void CompareLosses(GoldenFacts facts, string name, IReadOnlyDictionary<TrainingTask, double> losses)
    {
        if (facts.Tasks("tasks_present") is IReadOnlyList<TrainingTask> present)
        {
            stages[TrainerStages.Order].SameItems($"{name}, tasks present", [.. present.Order()], [.. losses.Keys.Order()]);
        }

        stages[TrainerStages.Losses].Compare(name, facts.NumbersByTask("losses"), task => losses.TryGetValue(task, out double loss) ? loss : null);
        stages[TrainerStages.Weights].Compare($"{name}, weight", facts.NumbersByTask("weights_now"), task => world.Parts.Weighting[task]);
    }

    /// <summary>Compares the mixing row of a sample.</summary>
    /// <param name="facts">What is recorded of it.</param>
    /// <param name="name">The micro-step's name.</param>
    /// <param name="sample">The sample.</param>
    public void CompareMix(GoldenFacts facts, string name, Data.Samples.Sample sample)
    {
        if (facts.Numbers("teacher_mix") is not IReadOnlyList<double> mix)
        {
            return;
        }

        Runs.Recipes.MixingRow row = world.Plan.Mixing[sample.Capability].Normalized();
        foreach ((double expected, Data.Samples.Capability teacher) in mix.Zip(Enum.GetValues<Data.Samples.Capability>()))
        {
            stages[TrainerStages.Weights].Near($"{name}, mix, {teacher.ToString().ToLowerInvariant()}", expected, row[teacher]);
        }
    }

    /// <summary>Compares gradients while they are there.</summary>
    /// <param name="facts">What is recorded of the sample.</param>
    /// <param name="name">The micro-step's name, also in the tensors.</param>
    /// <param name="gradients">The task gradients as backpropagated.</param>
    /// <param name="report">What became of them.</param>
    public void CompareGradients(GoldenFacts facts, string name, TaskGradients gradients, UpdateReport report)
    {
        TaskGram unweighted = report.Unweighted;
        stages[TrainerStages.GradientNorms].Compare(name, facts.NumbersByTask("gradient_norms_unweighted"), task =>
            Place(unweighted, task) is int place ? Math.Sqrt(unweighted.Total[place, place] + SquareFloor) : null);
        CompareReach(facts, name, gradients, report);
        foreach (TrainingTask task in TrainingTasks.All)
        {
            string tensor = $"{name}.gradient_unweighted.{TrainingTasks.KeyOf(task)}";
            if (golden.Has(tensor))
            {
                bool isPresent = gradients.Tasks.Contains(task);
                using Tensor own = world.Flatten(order, place => isPresent ? gradients.Of(task, place) : null);
                Compare(TrainerStages.Gradients, tensor, own);
            }
        }

        using GradientSum sum = new(world.Parts.Optimised.Count);
        gradients.AddTo(sum, report.Gram, report.Combination, report.Weights);
        if (facts.Number("combined_gradient_norm") is double norm)
        {
            stages[TrainerStages.CombinedNorms].Near($"{name}, as released", norm, sum.Norm());
        }

        string combined = $"{name}.gradient_combined";
        if (golden.Has(combined))
        {
            using Tensor own = world.Flatten(order, place => sum[place]);
            Compare(TrainerStages.Combined, combined, own);
        }
    }

    private void CompareReach(GoldenFacts facts, string name, TaskGradients gradients, UpdateReport report)
    {
        foreach ((TrainingTask task, double share) in facts.NumbersByTask("parameters_reached_fraction") ?? new Dictionary<TrainingTask, double>())
        {
            if (Place(report.Unweighted, task) is not int row || report.Unweighted.Total[row, row] == 0)
            {
                // Autograd leaves gradients of zeros there; here such a task has none.
                stages[TrainerStages.Reach].Skip($"{TrainingTasks.KeyOf(task)}, whose gradient is 0");
                continue;
            }

            IReadOnlyList<TorchSharp.Modules.Parameter> parameters = world.Parts.Weights.Parameters;
            long reached = Enumerable.Range(0, parameters.Count).Where(place => gradients.Of(task, place) is not null).Sum(place => parameters[place].numel());
            stages[TrainerStages.Reach].Near($"{name}, {TrainingTasks.KeyOf(task)}", share, (double)reached / world.Parts.Weights.Count);
        }
    }

    private void Compare(string stage, string tensor, Tensor own)
    {
        using Tensor expected = golden.Read(tensor);
        stages[stage].NearInNorm(tensor, expected, own);
    }

    private static int? Place(TaskGram gram, TrainingTask task) => Enumerable.Range(0, gram.Tasks.Count).Where(place => gram.Tasks[place] == task).Select(place => (int?)place).FirstOrDefault();
}
