namespace DriveKD.Models.InternVL;

/// <summary>How an InternVL checkpoint folder names its config keys and tensors.</summary>
public enum InternVLLayout
{
    /// <summary>The authors' layout: model_type <c>internvl_chat</c>, tensors <c>vision_model.*</c>, <c>mlp1.*</c>, <c>language_model.*</c>.</summary>
    OpenGVLab,

    /// <summary>The transformers layout ("-hf" folders): model_type <c>internvl</c>, tensors <c>vision_tower.*</c> and so on.</summary>
    Transformers,
}
