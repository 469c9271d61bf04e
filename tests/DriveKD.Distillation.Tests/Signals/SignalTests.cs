using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

/// <summary>Signals of whole models. Shapes: B batch, T tokens, C channels.</summary>
public sealed class SignalTests : IDisposable
{
    // Matrix products of a batch sum in another order than those of one sample.
    private const double BatchTolerance = 1e-4;

    private readonly SignalWorld _world = new();

    public void Dispose() => _world.Dispose();

    public static TheoryData<string> Kinds() => [.. AllSettings.Keys];

    private static Dictionary<string, SignalSettings> AllSettings { get; } = new()
    {
        ["perception"] = new PerceptionSignalSettings(),
        ["planning"] = new PlanningSignalSettings(),
        ["reasoning"] = new ReasoningSignalSettings(),
        ["reasoning by divergence, text to vision"] = new ReasoningSignalSettings { Distance = SignalDistance.Divergence, Map = AttentionMapKind.TextToVision },
        ["perception by cosine, vision to text"] = new PerceptionSignalSettings { Distance = SignalDistance.Cosine, Map = AttentionMapKind.VisionToText },
        ["planning relative, text to text"] = new PlanningSignalSettings { Scale = SignalScale.Relative, Map = AttentionMapKind.TextToText },
        ["hidden states"] = new ReasoningSignalSettings { Kind = SignalKind.HiddenStates },
        ["hidden states, cosine"] = new PlanningSignalSettings { Kind = SignalKind.HiddenStates, Distance = SignalDistance.Cosine },
        ["hidden states, relative"] = new PerceptionSignalSettings { Kind = SignalKind.HiddenStates, Scale = SignalScale.Relative },
        ["logits"] = new ReasoningSignalSettings { Kind = SignalKind.Logits, Temperature = 2 },
    };

    [Theory]
    [InlineData("perception", "0", "0", "", "", false, true)]
    [InlineData("planning", "2", "4", "", "", false, true)]
    [InlineData("reasoning", "0 1 2", "0 1 2 3 4", "", "", false, false)]
    [InlineData("planning relative, text to text", "2", "4", "", "", false, false)]
    [InlineData("hidden states", "", "", "1 2 3", "1 2 3 4 5", false, false)]
    [InlineData("hidden states, cosine", "", "", "3", "5", false, false)]
    [InlineData("logits", "", "", "", "", true, false)]
    public void Create_EveryKind_TapsItsLayersAndNothingElse(
        string kind, string studentMaps, string teacherMaps, string studentStates, string teacherStates, bool needsFinal, bool needsPictures)
    {
        ISignal signal = Create(kind);
        Assert.Equal(studentMaps, string.Join(' ', signal.StudentTaps.AttentionLayers));
        Assert.Equal(teacherMaps, string.Join(' ', signal.TeacherTaps.AttentionLayers));
        Assert.Equal(studentStates, string.Join(' ', signal.StudentTaps.HiddenStates));
        Assert.Equal(teacherStates, string.Join(' ', signal.TeacherTaps.HiddenStates));
        Assert.Equal((needsFinal, needsFinal, needsPictures), (signal.StudentTaps.NeedsFinalHidden, signal.TeacherTaps.NeedsFinalHidden, signal.NeedsPictures));
    }

    [Fact]
    public void Request_SeveralTaps_IsTheirUnionAndRunsOnForFinalStates()
    {
        SignalTaps maps = new() { AttentionLayers = [0, 2] };
        SignalTaps states = new() { HiddenStates = [3] };
        ProbeRequest request = SignalTaps.Request([maps, states], endsEarly: true);
        Assert.Equal([0, 2], request.AttentionLayers.Order());
        Assert.Equal([3], request.HiddenStates);
        Assert.True(request.StopsWhenSatisfied);
        Assert.False(SignalTaps.Request([maps], endsEarly: false).StopsWhenSatisfied);
        Assert.False(SignalTaps.Request([maps, new SignalTaps { NeedsFinalHidden = true }], endsEarly: true).StopsWhenSatisfied);
    }

    [Fact]
    public void Request_OfABatch_NamesTheRowsOfMapsThatNobodyReadsWhole()
    {
        SignalTaps text = new() { AttentionLayers = [0, 2], AttentionPart = AttentionMapKind.TextToVision };
        SignalTaps vision = new() { AttentionLayers = [1], AttentionPart = AttentionMapKind.VisionToText };
        SignalTaps full = new() { AttentionLayers = [2], AttentionPart = AttentionMapKind.Full };
        EncodedSample shown = _world.Samples[0];
        ProbeRequest request = SignalTaps.Request([text, vision, full], endsEarly: true, [shown]);

        Assert.Equal([0, 1], request.AttentionRows.Keys.Order());
        Assert.Equal(Positions(image: false), Expanded(request.AttentionRows[0]));
        Assert.Equal(Positions(image: true), Expanded(request.AttentionRows[1]));

        // A sample without pictures has text alone, and padding is no one's.
        Assert.Equal(
            [.. Positions(image: false).Union(Enumerable.Range(0, _world.Samples[1].TokenIds.Count)).Order()],
            Expanded(SignalTaps.Request([text], endsEarly: true, [shown, _world.Samples[1]]).AttentionRows[0]));
        Assert.Empty(SignalTaps.Request([text], endsEarly: true).AttentionRows);

        int[] Positions(bool image) => [.. Enumerable.Range(0, shown.ImageMask.Count).Where(i => shown.ImageMask[i] == image)];
        static int[] Expanded(IReadOnlyList<QueryRange> ranges) => [.. ranges.SelectMany(range => Enumerable.Range(range.Start, range.Count))];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_RowsOfAPaddedBatch_EqualsSingleSamplesInValueAndGradient(string kind)
    {
        ISignal signal = Create(kind);
        using HiddenStateMaps maps = new(signal.Maps, new SeedStreams(3), CPU);
        Parameter[] parameters = [.. _world.Student.parameters()];
        Array.ForEach(parameters, parameter => parameter.requires_grad = true);
        using DisposeScope scope = NewDisposeScope();
        EncodedSample[] samples = [_world.Samples[2], _world.Samples[0]];
        Assert.NotEqual(samples[0].TokenIds.Count, samples[1].TokenIds.Count);

        (double[] losses, double[][] gradients)[] single = [.. samples.Select(sample => Run(signal, [sample], maps, parameters))];
        (double[] losses, double[][] gradients) = Run(signal, samples, maps, parameters);

        for (int row = 0; row < samples.Length; row++)
        {
            Assert.True(single[row].losses[0] > 0);
            Assert.Equal(single[row].losses[0], losses[row], BatchTolerance * single[row].losses[0]);
            RandomMaps.AssertClose(single[row].gradients[0], gradients[row], BatchTolerance, $"gradient of row {row}");
        }
    }

    [Fact]
    public void Observe_BatchWithSamplesLeftOut_GivesTheTargetsOfSingleSamples()
    {
        ISignal reasoning = Create("reasoning");
        ISignal planning = Create("hidden states, cosine");
        TeacherBank bank = Bank(reasoning, planning);
        using DisposeScope scope = NewDisposeScope();
        using SampleBatch samples = new(_world.Samples, CPU);
        Capability[][] roles = [[Capability.Reasoning, Capability.Planning], [], [Capability.Planning]];

        IReadOnlyList<TeacherTargets> batch = bank.Observe(samples, roles);

        for (int i = 0; i < samples.Count; i++)
        {
            Assert.Equal(roles[i].Order(), batch[i].Roles.Order());
            using SampleBatch single = new([_world.Samples[i]], CPU);
            using TeacherTargets alone = bank.Observe(single, [roles[i]])[0];
            foreach (Capability role in roles[i])
            {
                Assert.Equal(role == Capability.Reasoning ? 3 : 1, batch[i][role].Values.Count);
                foreach ((Tensor expected, Tensor actual) in alone[role].Values.Zip(batch[i][role].Values))
                {
                    Assert.Equal(expected.shape, actual.shape);
                    Assert.Equal(samples.LengthOf(i), actual.shape[^2]);
                    RandomMaps.AssertClose(expected.ToDoubles(), actual.ToDoubles(), BatchTolerance, $"sample {i}, {role}");
                }
            }

            batch[i].Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LossAndTarget_OfAnyKind_LeaveNoTensorBehind(string kind)
    {
        ISignal signal = Create(kind);
        using HiddenStateMaps maps = new(signal.Maps, new SeedStreams(3), CPU);
        // A parameter that every signal reaches: TorchSharp counts the gradients that are absent and never uncounts them.
        Parameter embedding = _world.Student.named_parameters().Single(entry => entry.name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)).parameter;
        embedding.requires_grad = true;
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run(signal, [_world.Samples[0], _world.Samples[2]], maps, [embedding]);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Loss_LogitsOfAHeadWithMoreRows_ComparesTheRowsThatBothHave()
    {
        ISignal signal = Create("logits");
        using HiddenStateMaps maps = new([], new SeedStreams(1), CPU);
        using DisposeScope scope = NewDisposeScope();
        Tensor final_1TC = RandomMaps.Values(1, 3 * 4).ToTensor(1, 3, 4);
        Tensor head_VC = RandomMaps.Values(2, 9 * 4).ToTensor(9, 4).requires_grad_();
        Tensor teacher_SC = RandomMaps.Values(3, 2 * 4).ToTensor(2, 4);
        Tensor teacherHead_VC = RandomMaps.Values(4, 7 * 4).ToTensor(7, 4);
        SampleView student = new(new Dictionary<int, Tensor>(), new Dictionary<int, Tensor>(), 0, 3)
        {
            ImageMask_1T = zeros(1, 3, ScalarType.Bool),
            AnswerPositions_S = tensor(new long[] { 0, 2 }),
            HeadWeight_VC = head_VC,
            FinalHidden_BLC = final_1TC,
        };
        using SignalTarget target = new([teacher_SC], teacherHead_VC);

        Tensor loss = signal.Loss(student, target, maps);

        double[] logits = final_1TC[0].index_select(0, student.AnswerPositions_S).matmul(head_VC.detach().narrow(0, 0, 7).t()).ToDoubles();
        Assert.Equal(ReferenceLosses.Divergence(logits, teacher_SC.matmul(teacherHead_VC.t()).ToDoubles(), 2, 2), loss.item<float>(), 1e-6);
        Tensor gradient = autograd.grad([loss], [head_VC])[0];
        Assert.Equal(0, gradient.narrow(0, 7, 2).abs().sum().item<float>());
        Assert.NotEqual(0, gradient.narrow(0, 0, 7).abs().sum().item<float>());
    }

    [Fact]
    public void Create_RangesOutsideBothModels_NamesModelsLayerCountsAndKeys()
    {
        PlanningSignalSettings settings = new() { StudentLayers = new LayerRange { First = 5, Last = 5 }, TeacherLayers = new LayerRange { First = -9, Last = -2 } };
        InputException exception = Assert.Throws<InputException>(
            () => SignalRegistry.Create(settings, Capability.Planning, _world.StudentModel, _world.TeacherModel));
        Assert.Equal(
            [
                "the student: has 4 decoder layers; distillation.signals.planning.student_layers [5, 5] does not fit.",
                "the teacher: has 6 decoder layers; distillation.signals.planning.teacher_layers [-9, -2] does not fit.",
            ],
            exception.Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Create_OneLayerModels_ServesTheFirstLayerButNotTheLastButOne()
    {
        SignalModel one = SignalWorld.Model(1);
        Assert.Equal([0], SignalRegistry.Create(new PerceptionSignalSettings(), Capability.Perception, one, one).StudentTaps.AttentionLayers);
        InputException exception = Assert.Throws<InputException>(() => SignalRegistry.Create(new PlanningSignalSettings(), Capability.Planning, one, one));
        Assert.Contains("has 1 decoder layer;", exception.Message, StringComparison.Ordinal);
    }

    private ISignal Create(string kind)
    {
        SignalSettings settings = AllSettings[kind];
        Capability role = settings switch
        {
            PerceptionSignalSettings => Capability.Perception,
            ReasoningSignalSettings => Capability.Reasoning,
            _ => Capability.Planning,
        };
        return SignalRegistry.Create(settings, role, _world.StudentModel, _world.TeacherModel);
    }

    /// <summary>The world owns the model.</summary>
    private TeacherBank Bank(params ISignal[] signals) => new([new Teacher(_world.Teacher, signals.ToDictionary(signal => signal.Role))]);

    /// <summary>Each row's loss, and its gradient in all of the student's parameters and maps.</summary>
    private (double[] Losses, double[][] Gradients) Run(ISignal signal, EncodedSample[] samples, HiddenStateMaps maps, Parameter[] parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleBatch batch = new(samples, CPU);
        IReadOnlyList<TeacherTargets> targets = Bank(signal).Observe(batch, [.. samples.Select(_ => (Capability[])[signal.Role])]);
        using Probe probe = new(SignalTaps.Request([signal.StudentTaps], endsEarly: false));
        using PictureFeatures features = new(maxBytes: null);
        Tensor embeddings_BTC = batch.Embed(_world.Student, features.Of(_world.Student, batch));
        Tensor hidden_BTC = _world.Student.Decode(embeddings_BTC, SequencePositions.Consecutive(batch.Count, batch.Length), probe: probe)!;
        Assert.Equal(signal.StudentTaps.AttentionLayers, probe.Attention.Keys.Order());
        Assert.Equal(signal.StudentTaps.HiddenStates, probe.Hidden.Keys.Order());
        using BatchView view = new(probe, batch, _world.Student.HeadWeight, hidden_BTC);
        Tensor losses_B = signal.Losses_R(view, [.. Enumerable.Range(0, batch.Count)], [.. targets.Select(target => target[signal.Role])], maps);
        Tensor[] losses = [.. Enumerable.Range(0, batch.Count).Select(row => losses_B[row])];
        Tensor[] inputs = [.. parameters, .. maps.Parameters.Values];
        double[][] gradients =
        [
            .. losses.Select(loss => autograd.grad([loss], inputs, retain_graph: true, allow_unused: true)
                .SelectMany((gradient, i) => gradient.IsInvalid ? new double[inputs[i].numel()] : gradient.ToDoubles()).ToArray()),
        ];
        foreach (TeacherTargets target in targets)
        {
            target.Dispose();
        }

        return ([.. losses.Select(loss => (double)loss.item<float>())], gradients);
    }
}
