using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Checkpoints;

namespace DriveKD.Models.Tests.InternVL;

public class InternVLTensorNamesTests
{
    [Theory]
    [InlineData("student", InternVLNaming.OpenGVLab)]
    [InlineData("student-hf", InternVLNaming.HubTransformers)]
    [InlineData("teacher-6b-hf", InternVLNaming.NewTransformers)]
    public void FileNames_OfTheConfigsParameters_AreTheFilesNames(string folder, InternVLNaming naming)
    {
        ModelConfig config = ModelConfigReader.Read(Goldens.Folder(folder));
        using Checkpoint checkpoint = Checkpoint.Open(Goldens.Folder(folder));

        string[] written = [.. config.Family.Expected(config).SelectMany(tensor => InternVLTensorNames.FileNames(tensor.Name, naming)).Select(place => place.Name)];

        Assert.Equal(checkpoint.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Equal(naming, InternVLTensorNames.Detect(written));
    }

    [Theory]
    [InlineData("student")]
    [InlineData("teacher-6b")]
    public void Resolve_EveryNaming_FindsTheWayBack(string folder)
    {
        ModelConfig config = ModelConfigReader.Read(Goldens.Folder(folder));
        foreach (ExpectedTensor tensor in config.Family.Expected(config))
        {
            foreach (InternVLNaming naming in Enum.GetValues<InternVLNaming>())
            {
                foreach ((string name, int? third) in InternVLTensorNames.FileNames(tensor.Name, naming))
                {
                    TensorPlace place = InternVLTensorNames.Resolve(name);
                    Assert.Equal((tensor.Name, third), (place.Parameter, place.Third));
                }
            }
        }
    }

    [Theory]
    [InlineData("language_model.model.layers.0.self_attn.rotary_emb.inv_freq")]
    [InlineData("model.language_model.rotary_emb.inv_freq")]
    [InlineData("vision_model.embeddings.position_ids")]
    [InlineData("vision_tower.embeddings.mask_token")]
    public void Resolve_Buffers_AreDroppedWithAReason(string name) => Assert.NotNull(InternVLTensorNames.Resolve(name).DropReason);

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.weight")]
    [InlineData("visual.blocks.0.norm1.weight")]
    [InlineData("")]
    [InlineData("vision_model.encoder.layers.")]
    public void Resolve_OtherFamilies_AreUnknown(string name) => Assert.Same(TensorPlace.Unknown, InternVLTensorNames.Resolve(name));
}
