"""Functions -> keras.Model: the networks, one file per paper; ``catalog`` lists them.

A name is imported when it is first used, so that ``dlcourse models`` prints its table
without waiting for a backend.
"""

from importlib import import_module

MODULES = {  # public name: the file that defines it
    "AlexNet": "alexnet",
    "Autoencoder": "autoencoder",
    "BNInception": "bn_inception",
    "CachedWaveNet": "wavenet",
    "CIFARDenseNet": "densenet",
    "CIFARPreActResNet": "preact_resnet",
    "CIFARResNeXt": "resnext",
    "CIFARResNet": "cifar_resnet",
    "ConvNeXt": "convnext",
    "ConvNet": "convnet",
    "DenseNet": "densenet",
    "Diffusion": "diffusion",
    "DilatedResNet": "dilated_resnet",
    "DilatedVGG": "dilated_vgg",
    "Discriminator": "gan",
    "EfficientNet": "efficientnet",
    "EfficientNetV2": "efficientnet_v2",
    "FCDenseNet": "fc_densenet",
    "FCN": "fcn",
    "GAN": "gan",
    "Generator": "gan",
    "GoogLeNet": "googlenet",
    "Hourglass": "hourglass",
    "InceptionResNetV1": "inception_resnet",
    "InceptionResNetV2": "inception_resnet",
    "InceptionV3": "inception_v3",
    "InceptionV4": "inception_v4",
    "LeNet5": "lenet",
    "MobileNet": "mobilenet",
    "MobileNetV2": "mobilenet_v2",
    "MobileNetV3": "mobilenet_v3",
    "NASNet": "nasnet",
    "PreActResNet": "preact_resnet",
    "PyramidNet": "pyramidnet",
    "RegNet": "regnet",
    "ResNeXt": "resnext",
    "ResNet": "resnet",
    "ResNet9": "resnet9",
    "ResNetV2": "resnet_v2",
    "SENet": "senet",
    "SEGANDiscriminator": "segan",
    "SEGANGenerator": "segan",
    "SEResNeXt": "senet",
    "SEResNet": "senet",
    "Seq2Seq": "seq2seq",
    "ShakeShake": "shake_shake",
    "ShuffleNet": "shufflenet",
    "TextTransformer": "transformer",
    "UNet": "unet",
    "VGG": "vgg",
    "VariationalAutoencoder": "autoencoder",
    "ViT": "vit",
    "WaveNet": "wavenet",
    "WideResNet": "wide_resnet",
    "WiderResNet": "wider_resnet",
    "Xception": "xception",
    "ZFNet": "zfnet",
    "continue_sound": "wavenet",
    "fashion_networks": "fashion_weights",
    "features": "weights",
    "pretrained": "weights",
    "progressive_gans": "progressive_gan",
    "transfer": "weights",
    "weightless": "outline",
}
__all__ = list(MODULES)


def __getattr__(name):
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)


def __dir__():
    return __all__
