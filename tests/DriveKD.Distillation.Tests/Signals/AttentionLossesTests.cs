using System.Text.Json;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

/// <remarks>Shapes: L layers, B batch, H heads, T tokens.</remarks>
public class AttentionLossesTests
{
    // The reference sums in another order.
    private const double RelativeTolerance = 1e-5;

    [Fact]
    public void Losses_EveryCaseOfTheReferenceTable_AgreeInValueAndGradient()
    {
        using JsonDocument table = TrainerGoldens.Json("loss_table.json");
        using SafetensorsFile tensors = TrainerGoldens.Tensors("loss_table.safetensors");
        int cases = 0;
        int gradients = 0;
        foreach (JsonElement row in table.RootElement.EnumerateArray())
        {
            string name = row.GetProperty("name").GetString()!;
            using DisposeScope scope = NewDisposeScope();
            Tensor student_LBHTT = tensors.Read(name + ".student").requires_grad_();
            Tensor teacher_LBHTT = tensors.Read(name + ".teacher");
            foreach (Capability role in Enum.GetValues<Capability>())
            {
                string key = role.ToString().ToLowerInvariant();
                Tensor loss = Loss(role, Maps(student_LBHTT), Maps(teacher_LBHTT), row);
                AssertClose(row.GetProperty("losses").GetProperty(key).GetDouble(), loss.item<float>(), $"{name} {key}");
                Tensor gradient = autograd.grad([loss], [student_LBHTT], allow_unused: true)[0];
                Tensor expected = tensors.Read($"{name}.gradient.{key}");
                Assert.True(
                    gradient.sub(expected).norm().item<float>() <= RelativeTolerance * expected.norm().item<float>() + 1e-12, $"{name} gradient {key}");
                gradients++;
            }

            cases++;
        }

        Assert.Equal((10, 30), (cases, gradients));
    }

    [Fact]
    public void Squared_OnePairOfTwoMasked_CountsThePairsThatCausalityEmpties()
    {
        // Positions: text, image, text. Masked pairs: (0,1) above the diagonal and (2,1).
        using Tensor student = tensor(new float[] { 1, 0, 0, .5f, .5f, 0, .2f, .3f, .5f }).reshape(1, 3, 3);
        using Tensor teacher = tensor(new float[] { 1, 0, 0, .1f, .9f, 0, .2f, .7f, .1f }).reshape(1, 3, 3);
        using Tensor mask = tensor(new[] { false, true, false }).reshape(1, 3);
        using Tensor loss = AttentionLosses.Squared([student], [teacher], AttentionPairs.Of(AttentionMapKind.TextToVision, mask));
        Assert.Equal(0.4 * 0.4 / 2, loss.item<float>(), 6);
    }

    [Fact]
    public void Squared_DifferentSizes_NamesBothShapes()
    {
        using Tensor student = zeros(1, 3, 3);
        using Tensor teacher = zeros(1, 4, 4);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => AttentionLosses.Squared([student], [teacher], null));
        Assert.Contains("[1, 3, 3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4, 4]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Means_ThreeTeacherLayersTwoStudentLayers_AveragesSlidingPairs()
    {
        using Tensor first = full([1, 2, 2], 1f);
        using Tensor second = full([1, 2, 2], 2f);
        using Tensor third = full([1, 2, 2], 6f);
        IReadOnlyList<Tensor> targets = LayerGroups.Means([first, second, third], 2);
        Assert.Equal([1.5f, 4f], targets.Select(target => target[0, 0, 0].item<float>()));
    }

    /// <summary>The published signal of a role, sample by sample, with the row's range for reasoning.</summary>
    private static Tensor Loss(Capability role, Tensor[] student_BTT, Tensor[] teacher_BTT, JsonElement row)
    {
        // The table counts layers from 0.
        LayerRange range = new() { First = Layer(row, "intermediate_layer_start"), Last = Layer(row, "intermediate_layer_end") };
        CapabilitySignals published = new();
        CapabilitySignals signals = published with { Reasoning = published.Reasoning with { StudentLayers = range, TeacherLayers = range } };
        ISignal signal = SignalRegistry.Create(signals[role], role, SignalWorld.Model(student_BTT.Length), SignalWorld.Model(teacher_BTT.Length));
        using HiddenStateMaps maps = new([], new SeedStreams(1), CPU);
        Tensor mask_BT = MaskOf(row);
        List<Tensor> losses = [];
        for (int sample = 0; sample < mask_BT.shape[0]; sample++)
        {
            using SignalTarget target = signal.TargetOf(SignalWorld.View([.. teacher_BTT.Select(map => map.detach())], [], mask_BT, sample));
            losses.Add(signal.Loss(SignalWorld.View(student_BTT, [], mask_BT, sample), target, maps));
        }

        return stack(losses).mean();
    }

    private static int Layer(JsonElement row, string key)
    {
        int layer = row.GetProperty(key).GetInt32();
        return layer < 0 ? layer : layer + 1;
    }

    private static Tensor[] Maps(Tensor attention_LBHTT) =>
        [.. Enumerable.Range(0, (int)attention_LBHTT.shape[0]).Select(layer => attention_LBHTT[layer].mean([1]))];

    public static TheoryData<string, AttentionMapKind> Distances()
    {
        TheoryData<string, AttentionMapKind> data = [];
        foreach (string distance in (string[])["squared", "relative", "cosine", "divergence"])
        {
            foreach (AttentionMapKind map in Enum.GetValues<AttentionMapKind>())
            {
                data.Add(distance, map);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void Losses_TwoLayers_AreTheMeanOfDirectArithmetic(string distance, AttentionMapKind map)
    {
        const int tokens = 7;
        using DisposeScope scope = NewDisposeScope();
        bool[] mask = [false, true, true, false, true, false, false];
        bool[] pairs = [.. Enumerable.Range(0, tokens * tokens).Select(i => Holds(map, mask[i / tokens], mask[i % tokens]))];
        double[][] student = [RandomMaps.Map(1, tokens), RandomMaps.Map(2, tokens)];
        double[][] teacher = [RandomMaps.Map(3, tokens), RandomMaps.Map(4, tokens)];
        Tensor[] student_1TT = [.. student.Select(values => values.ToTensor(1, tokens, tokens).requires_grad_())];
        Tensor[] teacher_1TT = [.. teacher.Select(values => values.ToTensor(1, tokens, tokens))];

        Tensor loss = Loss(distance, student_1TT, teacher_1TT, AttentionPairs.Of(map, tensor(mask).reshape(1, tokens)));

        double expected = student.Zip(teacher).Average(layer => ReferenceLosses.Attention(distance, layer.First, layer.Second, pairs, tokens));
        Assert.Equal(expected, loss.item<float>(), 2e-6 * Math.Max(1, expected));
        IList<Tensor> gradients = autograd.grad([loss], student_1TT);
        for (int layer = 0; layer < 2; layer++)
        {
            double[] slopes = ReferenceLosses.Slopes(values => ReferenceLosses.Attention(distance, values, teacher[layer], pairs, tokens) / 2, Interior(student[layer]));
            Tensor gradient = Gradient(distance, Interior(student[layer]), teacher[layer], map, mask);
            RandomMaps.AssertClose(slopes, gradient.ToDoubles(), 1e-4, $"{distance} {map} gradient of layer {layer}");
            Assert.True(gradients[layer].isfinite().all().item<bool>());
        }
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("cosine")]
    [InlineData("divergence")]
    public void Losses_EqualMaps_AreZero(string distance)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor map = RandomMaps.Map(5, 6).ToTensor(1, 6, 6);
        Assert.Equal(0, Loss(distance, [map], [map], null).item<float>(), 1e-6);
    }

    [Theory]
    [InlineData("squared")]
    [InlineData("relative")]
    [InlineData("cosine")]
    [InlineData("divergence")]
    public void Losses_PartThatCausalityEmpties_AreZeroWithFiniteGradients(string distance)
    {
        // Pictures first: no image token sees text.
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = tensor([true, true, true, false, false]).reshape(1, 5);
        Tensor student = RandomMaps.Map(6, 5).ToTensor(1, 5, 5).requires_grad_();
        Tensor loss = Loss(distance, [student], [RandomMaps.Map(7, 5).ToTensor(1, 5, 5)], AttentionPairs.Of(AttentionMapKind.VisionToText, mask));
        Assert.Equal(0, loss.item<float>());
        Assert.True(autograd.grad([loss], [student])[0].isfinite().all().item<bool>());
    }

    private static Tensor Loss(string distance, Tensor[] student, Tensor[] teacher, Tensor? pairs) => distance switch
    {
        "squared" => AttentionLosses.Squared(student, teacher, pairs),
        "relative" => AttentionLosses.Relative(student, teacher, pairs),
        "cosine" => AttentionLosses.Cosine(student, teacher, pairs),
        "divergence" => AttentionLosses.Divergence(student, teacher, pairs),
        _ => throw new ArgumentOutOfRangeException(nameof(distance)),
    };

    private static bool Holds(AttentionMapKind map, bool queryIsVision, bool keyIsVision) => map switch
    {
        AttentionMapKind.Full => true,
        AttentionMapKind.TextToVision => !queryIsVision && keyIsVision,
        AttentionMapKind.VisionToText => queryIsVision && !keyIsVision,
        AttentionMapKind.TextToText => !queryIsVision && !keyIsVision,
        _ => throw new ArgumentOutOfRangeException(nameof(map)),
    };

    /// <summary>A map without zeros, where differences to both sides exist.</summary>
    private static double[] Interior(double[] map) => [.. map.Select(weight => weight + 0.01)];

    private static Tensor Gradient(string distance, double[] student, double[] teacher, AttentionMapKind map, bool[] mask)
    {
        Tensor student_1TT = student.ToTensor(1, mask.Length, mask.Length).requires_grad_();
        Tensor teacher_1TT = teacher.ToTensor(1, mask.Length, mask.Length);
        Tensor loss = Loss(distance, [student_1TT, student_1TT.detach()], [teacher_1TT, teacher_1TT], AttentionPairs.Of(map, tensor(mask).reshape(1, mask.Length)));
        return autograd.grad([loss], [student_1TT])[0];
    }

    private static Tensor MaskOf(JsonElement row)
    {
        JsonElement mask = row.GetProperty("image_mask");
        bool[] flags = [.. mask.EnumerateArray().SelectMany(line => line.EnumerateArray().Select(flag => flag.GetInt32() == 1))];
        return tensor(flags).reshape(mask.GetArrayLength(), -1);
    }

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= RelativeTolerance * Math.Abs(expected) + 1e-12, $"{what}: {actual}, expected {expected}");
}
