using System.Text.Json;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Checkpoints;
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
        foreach (JsonElement row in table.RootElement.EnumerateArray())
        {
            string name = row.GetProperty("name").GetString()!;
            using DisposeScope scope = NewDisposeScope();
            Tensor student_LBHTT = tensors.Read(name + ".student").requires_grad_();
            Tensor teacher_LBHTT = tensors.Read(name + ".teacher");
            Tensor mask_BT = MaskOf(row);
            foreach (string role in (string[])["perception", "reasoning", "planning"])
            {
                using Tensor loss = Loss(role, Maps(student_LBHTT), Maps(teacher_LBHTT), mask_BT, row);
                AssertClose(row.GetProperty("losses").GetProperty(role).GetDouble(), loss.item<float>(), $"{name} {role}");
                if (tensors.TryGet($"{name}.gradient.{role}") is null)
                {
                    continue;
                }

                Tensor gradient = autograd.grad([loss], [student_LBHTT], allow_unused: true)[0];
                Tensor expected = tensors.Read($"{name}.gradient.{role}");
                Assert.True(
                    gradient.sub(expected).norm().item<float>() <= RelativeTolerance * expected.norm().item<float>() + 1e-12, $"{name} gradient {role}");
            }

            cases++;
        }

        Assert.Equal(table.RootElement.GetArrayLength(), cases);
        Assert.True(cases >= 8, $"{cases} cases");
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

    private static Tensor Loss(string role, Tensor[] student, Tensor[] teacher, Tensor mask_BT, JsonElement row)
    {
        switch (role)
        {
            case "perception":
                return AttentionLosses.Squared([student[0]], [teacher[0].detach()], AttentionPairs.Of(AttentionMapKind.TextToVision, mask_BT));
            case "planning":
                return AttentionLosses.Squared([student[^2]], [teacher[^2].detach()], AttentionPairs.Of(AttentionMapKind.TextToVision, mask_BT));
            default:
                Tensor[] used = Range(student, row);
                return AttentionLosses.Squared(used, LayerGroups.Means(Range(teacher, row), used.Length), null);
        }
    }

    private static Tensor[] Range(Tensor[] maps, JsonElement row)
    {
        int start = row.GetProperty("intermediate_layer_start").GetInt32();
        int end = row.GetProperty("intermediate_layer_end").GetInt32();
        int from = start < 0 ? maps.Length + start : start;
        int to = end < 0 ? maps.Length + end : end;
        return maps[from..(to + 1)];
    }

    private static Tensor[] Maps(Tensor attention_LBHTT) =>
        [.. Enumerable.Range(0, (int)attention_LBHTT.shape[0]).Select(layer => attention_LBHTT[layer].mean([1]))];

    private static Tensor MaskOf(JsonElement row)
    {
        JsonElement mask = row.GetProperty("image_mask");
        bool[] flags = [.. mask.EnumerateArray().SelectMany(line => line.EnumerateArray().Select(flag => flag.GetInt32() == 1))];
        return tensor(flags).reshape(mask.GetArrayLength(), -1);
    }

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= RelativeTolerance * Math.Abs(expected) + 1e-12, $"{what}: {actual}, expected {expected}");
}
