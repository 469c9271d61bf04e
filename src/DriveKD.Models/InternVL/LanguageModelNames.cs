using DriveKD.Models.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.InternVL;

/// <summary>Gives the decoder's weights the names that InternVL's checkpoints have for them: <c>language_model</c>.</summary>
internal sealed class LanguageModelNames : Module
{
    [ComponentName(Name = "model")]
    private readonly DecoderStack _stack;

    [ComponentName(Name = "lm_head")]
    private readonly Linear? _head;

    public LanguageModelNames(DecoderWithHead decoder)
        : base(nameof(LanguageModelNames))
    {
        (_stack, _head) = (decoder.Stack, decoder.Head);
        RegisterComponents();
    }
}
