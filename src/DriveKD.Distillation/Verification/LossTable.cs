using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>The three losses of random attention weights, and their gradients.</summary>
/// <remarks>Shapes: L layers, B batch, H heads, T tokens.</remarks>
internal static class LossTable
{
    public const string Key = "image_mask";

    public static void Run(IReadOnlyList<GoldenFacts> rows, string tensorFile, StageTable stages)
    {
        using SafetensorsFile tensors = SafetensorsFile.Open(tensorFile);
        foreach (GoldenFacts row in rows)
        {
            row.Ignore("batch", "tokens", "student_layers", "teacher_layers", "student_heads", "teacher_heads");
            using DisposeScope scope = NewDisposeScope();
            Compare(row, tensors, stages);
        }
    }

    private static void Compare(GoldenFacts row, SafetensorsFile tensors, StageTable stages)
    {
        string name = row.Need("name", row.Text("name"));
        Tensor student_LBHTT = Read(tensors, name + ".student").requires_grad_();
        Tensor teacher_LBHTT = Read(tensors, name + ".teacher");
        Tensor mask_BT = MaskOf(row);
        foreach ((string roleName, double expected) in row.Need("losses", row.NumbersByName("losses")))
        {
            if (!Enum.TryParse(roleName, ignoreCase: true, out Capability role))
            {
                throw row.Wrong("losses", "of perception, reasoning and planning");
            }

            Tensor loss = Loss(SettingsOf(row, role), student_LBHTT, teacher_LBHTT, mask_BT, name);
            stages[TrainerTables.Losses].Near($"{name}, {roleName}", expected, loss.item<float>());
            string tensor = $"{name}.gradient.{roleName}";
            if (tensors.TryGet(tensor) is not null)
            {
                stages[TrainerTables.Gradients].NearInNorm(tensor, Read(tensors, tensor), autograd.grad([loss], [student_LBHTT])[0]);
            }
        }
    }

    private static SignalSettings SettingsOf(GoldenFacts row, Capability role) => role == Capability.Reasoning
        ? new ReasoningSignalSettings { StudentLayers = TrainerSettings.IntermediateLayers(row), TeacherLayers = TrainerSettings.IntermediateLayers(row) }
        : new CapabilitySignals()[role];

    private static Tensor Loss(SignalSettings settings, Tensor student_LBHTT, Tensor teacher_LBHTT, Tensor mask_BT, string name)
    {
        IReadOnlyList<Tensor> student_BTT = Maps(student_LBHTT, settings.StudentLayers, name);
        IReadOnlyList<Tensor> teacher_BTT = Maps(teacher_LBHTT, settings.TeacherLayers, name);
        return AttentionLosses.Squared(student_BTT, LayerGroups.Means(teacher_BTT, student_BTT.Count), AttentionPairs.Of(settings.Map, mask_BT));
    }

    /// <summary>The head means of the layers of a range.</summary>
    private static IReadOnlyList<Tensor> Maps(Tensor attention_LBHTT, LayerRange range, string name) =>
        [.. SignalLayers.Of(range, (int)attention_LBHTT.shape[0], "layers", name).Select(layer => attention_LBHTT.select(0, layer).mean([1]))];

    private static Tensor MaskOf(GoldenFacts row)
    {
        IReadOnlyList<double[]> mask = row.Need(Key, row.Rows(Key));
        return tensor([.. mask.SelectMany(line => line.Select(flag => flag != 0))]).reshape(mask.Count, -1);
    }

    private static Tensor Read(SafetensorsFile tensors, string name) =>
        tensors.ReadTensor(tensors.TryGet(name) ?? throw new InputException(tensors.Path, $"holds no tensor {name}, which the table needs."));
}
