namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>Jinja chat templates for created folders.</summary>
internal static class ChatTemplateTexts
{
    /// <summary>Text messages only, no default system message.</summary>
    public const string Plain =
        "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endfor %}"
        + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}\n";

    /// <summary>Messages of text and picture parts; a picture is its placeholder and a line feed, no default system message.</summary>
    public const string Transformers =
        "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}"
        + "{%- if message.content is string %}{{- message.content }}{%- else %}{%- for part in message.content %}"
        + "{%- if part.type == 'image' %}{{- '<IMG_CONTEXT>\\n' }}{%- elif part.type == 'text' %}{{- part.text }}{%- endif %}"
        + "{%- endfor %}{%- endif %}{{- '<|im_end|>\\n' }}{%- endfor %}"
        + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}\n";

    /// <summary>As the one before with Qwen2.5-VL's picture tokens, nothing behind them, and its default system message.</summary>
    public const string Qwen25VL =
        "{%- if messages[0].role != 'system' %}{{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{%- endif %}"
        + "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}"
        + "{%- if message.content is string %}{{- message.content }}{%- else %}{%- for part in message.content %}"
        + "{%- if part.type == 'image' %}{{- '<|vision_start|><|image_pad|><|vision_end|>' }}{%- elif part.type == 'text' %}{{- part.text }}{%- endif %}"
        + "{%- endfor %}{%- endif %}{{- '<|im_end|>\\n' }}{%- endfor %}"
        + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}\n";
}
