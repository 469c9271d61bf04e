using DriveKD.Data.Text;

namespace DriveKD.Data.Tests.Text;

public class PictureMarkupTests
{
    [Theory]
    [InlineData(1, "<img><IMG_CONTEXT></img>", "<|vision_start|><|image_pad|><|vision_end|>")]
    [InlineData(3, "<img><IMG_CONTEXT><IMG_CONTEXT><IMG_CONTEXT></img>", "<|vision_start|><|image_pad|><|image_pad|><|image_pad|><|vision_end|>")]
    public void Write_Tokens_StandBetweenStartAndEnd(int tokens, string internVL, string qwen)
    {
        Assert.Equal(internVL, PictureMarkup.InternVL.Write(tokens));
        Assert.Equal(qwen, PictureMarkup.Qwen25VL.Write(tokens));
    }

    [Fact]
    public void All_TokensOfTwoFamilies_AreDifferent()
    {
        Assert.Equal([PictureMarkup.InternVL, PictureMarkup.Qwen25VL], PictureMarkup.All);
        string[] tokens = [.. PictureMarkup.All.SelectMany(markup => markup.Tokens)];
        Assert.Equal(6, tokens.Distinct().Count());
    }
}
