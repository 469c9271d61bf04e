namespace DriveKD.Models.InternVL;

/// <summary>The three ways in which files name an InternVL model's tensors.</summary>
public enum InternVLNaming
{
    /// <summary>The authors' names: <c>vision_model.*</c>, <c>mlp1.*</c>, <c>language_model.*</c>.</summary>
    OpenGVLab,

    /// <summary>The "-hf" folders of the hub: <c>vision_tower.*</c>, <c>multi_modal_projector.*</c>, <c>language_model.*</c>.</summary>
    HubTransformers,

    /// <summary>Saved by newer transformers: <c>model.vision_tower.*</c>, <c>model.multi_modal_projector.*</c>, <c>model.language_model.*</c>, <c>lm_head.weight</c>.</summary>
    NewTransformers,
}
