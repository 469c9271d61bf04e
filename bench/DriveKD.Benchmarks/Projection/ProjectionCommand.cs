using System.CommandLine;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = DriveKD.Distillation.Optimization.AdamW;

namespace DriveKD.Benchmarks.Projection;

/// <summary>How much of a training step the projection of its gradients takes.</summary>
internal static class ProjectionCommand
{
    private const string Step = "forward, one backward pass per task";
    private const string Gram = "Gram matrix";
    private const string StackedGram = "  the same by stacked rows, one matrix product";
    private const string Coefficients = "coefficients (agp)";
    private const string Add = "adding the combination to the sum";
    private const string Norm = "norm of the sum, once per window";
    private const string Optimizer = "AdamW, once per window";

    public static Command Create()
    {
        Option<long> parameters = new("--parameters") { Description = "Trained parameters, about.", DefaultValueFactory = _ => 50_000_000 };
        Option<int> tokens = new("--tokens") { Description = "Tokens of the sample.", DefaultValueFactory = _ => 1792 };
        Option<int> rounds = new("--rounds") { Description = "How often everything is measured.", DefaultValueFactory = _ => 5 };
        Command command = new("projection", "The share of a step that projecting four task gradients takes; the goal is under 5 %.") { parameters, tokens, rounds };
        command.SetAction(parse => Run(parse.GetValue(parameters), parse.GetValue(tokens), parse.GetValue(rounds)));
        return command;
    }

    private static void Run(long count, int tokens, int rounds)
    {
        Report.Machine();
        ModelConfig config = ScaledModel.Shape(count);
        using VisionLanguageModel model = ScaledModel.Create(config);
        Parameter[] trained = [.. model.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.parameter)];
        UpdateParameters parameters = new(trained);
        LanguageModelConfig language = config.Language;
        Report.Line($"{trained.Sum(parameter => parameter.numel()) / 1e6:F1} million trained parameters in {trained.Length} tensors (width {language.HiddenSize}, {language.Layers} layers, MLP {language.IntermediateSize}, {language.VocabularySize} rows), one sample of {tokens} tokens, float32");
        using SampleStep step = new(model, parameters, tokens);
        using TaskGradients gradients = Synthetic(parameters);
        using GradientSum sum = new(trained.Length);
        using AdamW optimizer = new(trained, new TrainSettings());
        Agp method = new(ProjectionSupport.Full);
        RandomTaskOrder order = new(new SeedStreams(1).Open(RandomTaskOrder.StreamName));
        double[] weights = [1, 1, 1, 1];

        Timings timings = new();
        for (int round = -1; round < rounds; round++)
        {
            // The first round warms up.
            Timings into = round < 0 ? new Timings() : timings;
            into.Time(Step, step.Run);
            TaskGram gram = into.Time(Gram, () => GramOf(gradients));
            into.Time(StackedGram, () => Stacked(gradients, trained.Length));
            Combination combination = into.Time(Coefficients, () => method.Combine(gram.Weighted(weights), order));
            gradients.AddTo(sum, gram, combination, weights);
            into.Time(Add, () => gradients.AddTo(sum, gram, combination, weights));
            into.Time(Norm, () => sum.Norm());
            into.Time(Optimizer, () =>
            {
                sum.HandTo(trained);
                optimizer.Step(1e-9);
            });
        }

        double whole = timings.Median(Step);
        Report.Line($"{"",-44} {"median",10}      (range)  ratio to the first line");
        foreach (string part in (string[])[Step, Gram, StackedGram, Coefficients, Add, Norm, Optimizer])
        {
            Report.Part(timings, part, whole);
        }

        double rest = timings.Median(Coefficients) + timings.Median(Add);
        Report.Line($"projection: {Share(timings.Median(Gram) + rest, whole):F2} % of a sample's step ({Share(timings.Median(StackedGram) + rest, whole):F2} % with stacked rows).");
        Report.Line($"Teachers, pictures and the optimizer, which a run has too, are not counted; all four gradients reach every parameter, which the published signals' do not.");
    }

    private static double Share(double part, double rest) => 100 * part / (part + rest);

    private static TaskGram GramOf(TaskGradients gradients) =>
        gradients.TryGram(out TaskGram? gram, out _) ? gram : throw new InvalidOperationException("A synthetic gradient is no number.");

    /// <summary>Gradients of all four tasks over all parameters, more than the published signals reach.</summary>
    private static TaskGradients Synthetic(UpdateParameters parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        TaskLoss[] losses = [.. TrainingTasks.All.Select(task => new TaskLoss(
            task,
            parameters.All.Select(parameter => parameter.mul(randn_like(parameter)).sum()).Aggregate((total, part) => total.Plus(part))))];
        return TaskGradients.Backpropagate(losses, parameters);
    }

    /// <summary>The earlier way: chunks that fit a second-level cache are copied into the rows of one matrix.</summary>
    private static void Stacked(TaskGradients gradients, int count)
    {
        const long ChunkElements = 1 << 17;
        using IDisposable noGrad = no_grad();
        using DisposeScope outer = NewDisposeScope();
        Tensor sum = zeros([gradients.Tasks.Count, gradients.Tasks.Count], ScalarType.Float64);
        for (int parameter = 0; parameter < count; parameter++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] flat = [.. gradients.Tasks.Select(task => gradients.Of(task, parameter)!.reshape(-1))];
            for (long start = 0; start < flat[0].numel(); start += ChunkElements)
            {
                using DisposeScope chunk = NewDisposeScope();
                long length = Math.Min(ChunkElements, flat[0].numel() - start);
                Tensor rows = stack(flat.Select(vector => vector.narrow(0, start, length)).ToArray());
                sum.Increase(rows.mm(rows.t()).to_type(ScalarType.Float64));
            }
        }

        _ = sum.cpu();
    }
}
